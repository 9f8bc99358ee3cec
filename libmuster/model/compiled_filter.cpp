// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "libmuster/model/comparison.hpp"
#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

struct CompiledFactTerm {
  std::string name;
  CompiledComparison comparison;
};

Expected<void> check_length(std::string_view kind, std::string_view text)
{
  if (text.empty()) {
    return failure(ErrorCode::invalid_input, "empty " + std::string{kind} + " term");
  }
  if (text.size() > Filter::max_term_length) {
    return failure(ErrorCode::invalid_input, std::string{kind} + " term is longer than 1024 bytes");
  }
  return {};
}

Expected<std::vector<WordTest>> compile_words(std::string_view kind, const std::vector<std::string>& words)
{
  std::vector<WordTest> result;
  for (const auto& word : words) {
    if (auto checked = check_length(kind, word); !checked) {
      return tl::make_unexpected(std::move(checked).error());
    }
    auto test = WordTest::compile(word);
    if (!test) {
      return tl::make_unexpected(test.error().with_context(std::string{kind} + " term " + shown_term(word)));
    }
    result.push_back(*std::move(test));
  }
  return result;
}

Expected<CompiledFactTerm> compile_fact(const FactTerm& term)
{
  for (const auto& text : {std::cref(term.name), std::cref(term.value)}) {
    if (auto checked = check_length("fact", text.get()); !checked) {
      return tl::make_unexpected(std::move(checked).error());
    }
  }
  auto comparison = CompiledComparison::compile(comparison_of(term));
  if (!comparison) {
    return tl::make_unexpected(comparison.error().with_context(
        "fact term " + shown_term(term.name + std::string{to_string(term.op)} + term.value)));
  }
  return CompiledFactTerm{term.name, *std::move(comparison)};
}

Expected<std::optional<CompoundFilter>> compile_compound(const std::string& text)
{
  if (text.empty()) {
    return std::nullopt;
  }
  auto compound = CompoundFilter::parse(text);
  if (!compound) {
    return tl::make_unexpected(compound.error().with_context("compound filter"));
  }
  return *std::move(compound);
}

}  // namespace

struct CompiledFilter::Terms {
  std::vector<WordTest> identities;
  std::vector<WordTest> classes;
  std::vector<WordTest> agents;
  std::vector<CompiledFactTerm> facts;
  std::optional<CompoundFilter> compound;

  // What a node always tells in full.
  [[nodiscard]] bool holds_for_name_and_agents(const NodeView& node) const
  {
    const bool named =
        identities.empty() || std::any_of(identities.begin(), identities.end(), [&](const auto& term) {
          return term.holds(node.name);
        });
    return named && std::all_of(agents.begin(), agents.end(), [&](const auto& term) {
             return term.holds_for_any(node.agents);
           });
  }

  [[nodiscard]] Verdict decide_classes(const KnownOfNode& known) const
  {
    const bool all_held = std::all_of(
        classes.begin(), classes.end(), [&](const auto& term) { return term.holds_for_any(known.classes); });
    if (all_held) {
      return Verdict::yes;
    }
    return known.all_classes ? Verdict::no : Verdict::unknown;
  }

  [[nodiscard]] Verdict decide_facts(const KnownOfNode& known) const
  {
    auto verdict = Verdict::yes;
    for (const auto& term : facts) {
      const auto* value = known.facts.find(term.name);
      if (value == nullptr ? known.all_facts : !term.comparison.holds_for(*value)) {
        return Verdict::no;
      }
      verdict = value == nullptr ? Verdict::unknown : verdict;
    }
    return verdict;
  }

  [[nodiscard]] Verdict decide(const NodeView& node, const KnownOfNode& known) const
  {
    if (!holds_for_name_and_agents(node)) {
      return Verdict::no;
    }
    auto verdict = Verdict::yes;
    for (const auto one :
         {decide_classes(known), decide_facts(known), compound ? compound->decide(known) : Verdict::yes}) {
      if (one == Verdict::no) {
        return one;
      }
      verdict = one == Verdict::unknown ? one : verdict;
    }
    return verdict;
  }
};

namespace {

// All facts are known to the node itself.
KnownOfNode known_of(const NodeView& node, const NodeKnowledge& knowledge)
{
  return {node.facts, true, node.classes, knowledge.classes, knowledge.functions};
}

}  // namespace

Expected<CompiledFilter> CompiledFilter::compile(const Filter& filter)
{
  auto compound = compile_compound(filter.compound);
  if (!compound) {
    return tl::make_unexpected(std::move(compound).error());
  }
  const auto statements = *compound ? (*compound)->statements().size() : 0;
  if (filter.identities.size() + filter.classes.size() + filter.agents.size() + filter.facts.size() +
          statements >
      Filter::max_terms) {
    return failure(
        ErrorCode::invalid_input,
        "the filter has more than 64 terms; name many nodes with --nodes FILE instead");
  }
  auto identities = compile_words("identity", filter.identities);
  auto classes = compile_words("class", filter.classes);
  auto agents = compile_words("agent", filter.agents);
  for (const auto* words : {&identities, &classes, &agents}) {
    if (!*words) {
      return tl::make_unexpected(words->error());
    }
  }
  Terms terms{*std::move(identities), *std::move(classes), *std::move(agents), {}, *std::move(compound)};
  for (const auto& term : filter.facts) {
    auto compiled = compile_fact(term);
    if (!compiled) {
      return tl::make_unexpected(std::move(compiled).error());
    }
    terms.facts.push_back(*std::move(compiled));
  }
  return CompiledFilter{std::make_shared<const Terms>(std::move(terms))};
}

Verdict CompiledFilter::decide_partially(const AnnouncedNode& announced) const
{
  static const FunctionValues none;
  const auto& node = announced.node;
  return terms_->decide(node, {node.facts, false, node.classes, announced.classes_complete, none});
}

Verdict CompiledFilter::decide(const NodeView& node, const NodeKnowledge& knowledge) const
{
  return terms_->decide(node, known_of(node, knowledge));
}

std::optional<FunctionQuestion> CompiledFilter::next_to_ask(
    const NodeView& node, const NodeKnowledge& knowledge) const
{
  const auto known = known_of(node, knowledge);
  if (!terms_->compound || terms_->decide(node, known) != Verdict::unknown) {
    return std::nullopt;
  }
  return terms_->compound->next_to_ask(known);
}

bool CompiledFilter::asks_for_classes() const
{
  return !terms_->classes.empty() || (terms_->compound && terms_->compound->asks_for_classes());
}

std::vector<FunctionCall> CompiledFilter::functions() const
{
  return terms_->compound ? terms_->compound->functions() : std::vector<FunctionCall>{};
}

bool CompiledFilter::matches(const NodeView& node) const
{
  return decide(node, {}) == Verdict::yes;
}

}  // namespace muster
