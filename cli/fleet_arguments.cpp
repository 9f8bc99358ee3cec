// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_arguments.hpp"

#include <algorithm>
#include <cmath>
#include <unistd.h>

#include "cli/node_list_json.hpp"
#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t largest_node_list = std::size_t{16} << 20U;  // 50,000 names of the longest kind
constexpr double longest_timeout_s = 24.0 * 3600.0;

Expected<std::string> read_node_list(const FleetArguments& arguments)
{
  return arguments.nodes_file == "-" ? read_nodes(STDIN_FILENO, largest_node_list, arguments.stdin_patience)
                                     : runtime::read_text_file(arguments.nodes_file, largest_node_list);
}

// For a message: a file that is no list of names may be one line of megabytes.
std::string in_quotes(std::string_view text)
{
  constexpr std::size_t longest_quoted = 80;
  return "'" + truncate_utf8(to_valid_utf8(text.substr(0, 4 * longest_quoted)), longest_quoted, "…") + "'";
}

std::string_view trimmed(std::string_view line)
{
  line = line.substr(0, line.find('#'));
  const auto start = line.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) {
    return {};
  }
  return line.substr(start, line.find_last_not_of(" \t\r") - start + 1);
}

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

Expected<Filter> filter_of(const FleetArguments& arguments)
{
  Filter filter;
  filter.classes = arguments.classes;
  filter.agents = arguments.agents;
  filter.identities = arguments.identities;
  for (const auto& text : arguments.facts) {
    auto term = parse_fact_term(text);
    if (!term) {
      return tl::unexpected{term.error()};
    }
    filter.facts.push_back(std::move(*term));
  }
  for (const auto& words : arguments.combined) {
    if (const auto added = add_combined(filter, words); !added) {
      return tl::unexpected{added.error()};
    }
  }
  if (const auto joined = join_compounds(filter, arguments.compounds); !joined) {
    return tl::unexpected{joined.error()};
  }
  return filter;
}

Expected<std::vector<std::string>> parse_node_list(std::string_view text)
{
  if (is_json(text)) {
    return nodes_in_json(text);
  }
  std::vector<std::string> names;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) {
      continue;
    }
    const auto name = lower_case(line);  // as -I takes it
    if (!is_node_name(name)) {
      return failure(
          ErrorCode::invalid_input,
          "line " + std::to_string(number) + ": " + in_quotes(line) + " is not a node name");
    }
    names.push_back(name);
  }
  if (names.empty()) {
    return failure(ErrorCode::invalid_input, "no node name in it");
  }
  return names;
}

Expected<Addressed> address(const FleetArguments& arguments, const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective = arguments.collective.empty() ? settings.collective : arguments.collective;
  question.wait = settings.wait;
  if (arguments.timeout_s) {
    if (!(*arguments.timeout_s > 0.0 && *arguments.timeout_s <= longest_timeout_s)) {
      return failure(ErrorCode::invalid_input, "-t: expected seconds, more than 0 and at most a day");
    }
    question.wait = std::chrono::milliseconds{std::llround(std::ceil(*arguments.timeout_s * 1000.0))};
  }
  if (arguments.ttl_s) {
    if (!(*arguments.ttl_s >= 1.0 && *arguments.ttl_s <= longest_timeout_s)) {
      return failure(ErrorCode::invalid_input, "--ttl: expected seconds, from 1 to a day");
    }
    question.ttl = std::chrono::milliseconds{std::llround(*arguments.ttl_s * 1000.0)};
  }
  auto filter = filter_of(arguments);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  question.filter = std::move(*filter);
  if (!arguments.nodes_file.empty()) {
    const auto text = read_node_list(arguments);
    if (!text) {
      return tl::unexpected{text.error().with_context("--nodes")};
    }
    auto names = parse_node_list(*text);
    if (!names) {
      return tl::unexpected{names.error().with_context("--nodes " + arguments.nodes_file)};
    }
    question.nodes = std::move(*names);
  }
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

}  // namespace muster::cli
