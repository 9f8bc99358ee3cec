// SPDX-License-Identifier: Apache-2.0
#include "libmuster/client/node_choice.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::client {

namespace {

// Each is read by itself first, so that the place in an error is that in what was typed.
Expected<void> join_compounds(Filter& filter, const std::vector<std::string>& compounds)
{
  for (const auto& text : compounds) {
    if (const auto read = CompoundFilter::parse(text); !read) {
      return tl::unexpected{read.error().with_context("-S")};
    }
    filter.compound += filter.compound.empty() ? "" : " and ";
    filter.compound += compounds.size() == 1 ? text : "(" + text + ")";
  }
  return {};
}

// Nodes that are named are asked directly, and the filter need not name them again.
void name_the_nodes(fleet::Question& question)
{
  auto& identities = question.filter.identities;
  if (!identities.empty() && std::none_of(identities.begin(), identities.end(), is_pattern)) {
    // Names of nodes are lower-case, and a filter does not tell WEB1 from web1 either.
    std::transform(identities.begin(), identities.end(), std::back_inserter(question.nodes), lower_case);
    identities.clear();
  }
  std::sort(question.nodes.begin(), question.nodes.end());
  question.nodes.erase(std::unique(question.nodes.begin(), question.nodes.end()), question.nodes.end());
}

Expected<void> check_names(const fleet::Question& question)
{
  for (const auto& name : question.nodes) {
    if (!is_node_name(name)) {
      return failure(
          ErrorCode::invalid_input,
          in_quotes(name) + " is not a node name: expected lower-case letters, digits, . and -");
    }
  }
  if (!is_collective_name(question.collective)) {
    return failure(
        ErrorCode::invalid_input, in_quotes(question.collective) + " is not the name of a collective");
  }
  return {};
}

}  // namespace

Expected<Filter> filter_of(const NodeChoice& choice)
{
  Filter filter;
  filter.classes = choice.classes;
  filter.agents = choice.agents;
  filter.identities = choice.identities;
  for (const auto& text : choice.facts) {
    auto term = parse_fact_term(text);
    if (!term) {
      return tl::unexpected{term.error()};
    }
    filter.facts.push_back(std::move(*term));
  }
  for (const auto& words : choice.combined) {
    if (const auto added = add_combined(filter, words); !added) {
      return tl::unexpected{added.error()};
    }
  }
  if (const auto joined = join_compounds(filter, choice.compounds); !joined) {
    return tl::unexpected{joined.error()};
  }
  return filter;
}

Expected<Addressed> addressed_to(const NodeChoice& choice, fleet::Question question)
{
  if (!choice.collective.empty()) {
    question.collective = choice.collective;
  }
  auto filter = filter_of(choice);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  question.filter = std::move(*filter);
  name_the_nodes(question);
  if (const auto valid = check_names(question); !valid) {
    return tl::unexpected{valid.error()};
  }
  auto compiled = CompiledFilter::compile(question.filter);
  if (!compiled) {
    return tl::unexpected{compiled.error()};
  }
  return Addressed{std::move(question), std::move(*compiled)};
}

// A file that is no list of names may be one line of megabytes.
std::string in_quotes(std::string_view text)
{
  constexpr std::size_t longest_quoted = 80;
  return "'" + truncate_utf8(to_valid_utf8(text.substr(0, 4 * longest_quoted)), longest_quoted, "…") + "'";
}

}  // namespace muster::client
