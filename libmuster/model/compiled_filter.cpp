// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "libmuster/model/fact_order.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/model/pattern.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

// Only the slashes round it go: an expression may hold others.
std::string_view without_slashes(std::string_view word) noexcept
{
  if (!word.empty() && word.front() == '/') {
    word.remove_prefix(1);
    if (!word.empty() && word.back() == '/') {
      word.remove_suffix(1);
    }
  }
  return word;
}

bool stands_between_slashes(std::string_view text) noexcept
{
  return text.size() > 2 && text.front() == '/' && text.back() == '/';
}

bool is_expression(const FactTerm& term) noexcept
{
  return term.op == FactOperator::matches ||
         ((term.op == FactOperator::equals || term.op == FactOperator::not_equals) &&
          stands_between_slashes(term.value));
}

// A word of -I, -C or -A.
struct WordTerm {
  std::string word;
  std::optional<Pattern> pattern;

  [[nodiscard]] bool holds(std::string_view candidate) const
  {
    return pattern ? pattern->found_in(candidate) : same_ignoring_case(word, candidate);
  }

  [[nodiscard]] bool holds_for_any(const std::vector<std::string>& candidates) const
  {
    return std::any_of(candidates.begin(), candidates.end(), [this](const auto& one) { return holds(one); });
  }
};

struct CompiledFactTerm {
  FactTerm term;
  std::optional<Pattern> pattern;

  [[nodiscard]] bool equal(std::string_view text) const
  {
    return pattern ? pattern->found_in(text) : same_ignoring_case(text, term.value);
  }

  [[nodiscard]] bool holds_for_text(std::string_view text) const
  {
    switch (term.op) {
    case FactOperator::equals:
    case FactOperator::matches:
      return equal(text);
    case FactOperator::exactly:
      return text == term.value;
    case FactOperator::not_equals:
      return !equal(text);
    case FactOperator::less:
      return compare_fact_texts(text, term.value) < 0;
    case FactOperator::less_equal:
      return compare_fact_texts(text, term.value) <= 0;
    case FactOperator::greater:
      return compare_fact_texts(text, term.value) > 0;
    case FactOperator::greater_equal:
      return compare_fact_texts(text, term.value) >= 0;
    }
    return false;
  }

  // An array holds by any element, a map by any key.
  [[nodiscard]] bool holds_for(const FactValue& value, std::size_t depth = 0) const
  {
    if (depth > Facts::max_depth) {
      return false;
    }
    if (const auto* array = std::get_if<FactValue::Array>(&value.value)) {
      return std::any_of(array->begin(), array->end(), [&](const FactValue& element) {
        return holds_for(element, depth + 1);
      });
    }
    if (const auto* map = std::get_if<FactValue::Map>(&value.value)) {
      return std::any_of(
          map->begin(), map->end(), [this](const auto& entry) { return holds_for_text(entry.first); });
    }
    return holds_for_text(scalar_text(value));
  }
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

Expected<std::vector<WordTerm>> compile_words(std::string_view kind, const std::vector<std::string>& words)
{
  std::vector<WordTerm> result;
  for (const auto& word : words) {
    if (auto checked = check_length(kind, word); !checked) {
      return tl::make_unexpected(std::move(checked).error());
    }
    WordTerm term{word, std::nullopt};
    if (is_pattern(word)) {
      auto pattern = Pattern::compile(without_slashes(word));
      if (!pattern) {
        return tl::make_unexpected(
            pattern.error().with_context(std::string{kind} + " term " + shown_term(word)));
      }
      term.pattern = *std::move(pattern);
    }
    result.push_back(std::move(term));
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
  CompiledFactTerm result{term, std::nullopt};
  if (is_expression(term)) {
    auto pattern = Pattern::compile(without_slashes(term.value));
    if (!pattern) {
      return tl::make_unexpected(pattern.error().with_context(
          "fact term " + shown_term(term.name + std::string{to_string(term.op)} + term.value)));
    }
    result.pattern = *std::move(pattern);
  }
  return result;
}

}  // namespace

struct CompiledFilter::Terms {
  std::vector<WordTerm> identities;
  std::vector<WordTerm> classes;
  std::vector<WordTerm> agents;
  std::vector<CompiledFactTerm> facts;

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
};

Expected<CompiledFilter> CompiledFilter::compile(const Filter& filter)
{
  if (filter.identities.size() + filter.classes.size() + filter.agents.size() + filter.facts.size() >
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
  Terms terms{*std::move(identities), *std::move(classes), *std::move(agents), {}};
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
  const auto& node = announced.node;
  if (!terms_->holds_for_name_and_agents(node)) {
    return Verdict::no;
  }
  auto verdict = Verdict::yes;
  for (const auto& term : terms_->classes) {
    if (term.holds_for_any(node.classes)) {
      continue;
    }
    if (announced.classes_complete) {
      return Verdict::no;
    }
    verdict = Verdict::unknown;
  }
  for (const auto& term : terms_->facts) {
    const auto* value = node.facts.find(term.term.name);
    if (value == nullptr) {
      verdict = Verdict::unknown;
    } else if (!term.holds_for(*value)) {
      return Verdict::no;
    }
  }
  return verdict;
}

// A fact that the node itself does not have leaves the verdict unknown, and so never matches, not even with
// !=.
bool CompiledFilter::matches(const NodeView& node) const
{
  return decide_partially({node, true}) == Verdict::yes;
}

}  // namespace muster
