// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/policy_condition.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/policy_words.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

// "puppet().enabled=false": a name right before a parenthesis.
bool calls_a_function(std::string_view word) noexcept
{
  const auto parenthesis = word.find('(');
  return parenthesis != std::string_view::npos && parenthesis > 0 &&
         word.find_first_of("=<>!/") > parenthesis;
}

bool is_compound_word(std::string_view word) noexcept
{
  return word == "and" || word == "or" || word == "not" || word.front() == '(' || word.front() == '!' ||
         calls_a_function(word);
}

Expected<CompiledFilter> compile_fact(std::string_view word, std::string& name)
{
  auto term = parse_fact_term(word);
  if (!term) {
    return failure(
        ErrorCode::invalid_input,
        "the facts column has " + shown_term(word) + ", expected *, or facts such as kernel=linux");
  }
  name = term->name;
  Filter filter;
  filter.facts.push_back(*std::move(term));
  return CompiledFilter::compile(filter);
}

Expected<CompiledFilter> compile_class(std::string_view word)
{
  if (!is_pattern(word) && word.find_first_of("=<>!#") != std::string_view::npos) {
    return failure(
        ErrorCode::invalid_input,
        "the classes column has " + shown_term(word) +
            ", expected *, or classes such as apache; facts stand in the column before");
  }
  Filter filter;
  filter.classes.emplace_back(word);
  return CompiledFilter::compile(filter);
}

}  // namespace

Expected<PolicyCondition> PolicyCondition::parse(std::string_view text, Column column)
{
  PolicyCondition condition;
  const auto words = policy_words(text);
  if (words.size() == 1 && words.front() == "*") {
    return condition;
  }
  if (std::any_of(words.begin(), words.end(), is_compound_word)) {
    auto compound = parse_compound(text, column);
    if (!compound) {
      return tl::make_unexpected(std::move(compound).error());
    }
    condition.compound_ = *std::move(compound);
    return condition;
  }
  if (words.size() > Filter::max_terms) {
    return failure(ErrorCode::invalid_input, "more than 64 facts or classes in one column");
  }
  for (const auto word : words) {
    auto term = parse_term(word, column);
    if (!term) {
      return tl::make_unexpected(std::move(term).error());
    }
    condition.terms_.push_back(*std::move(term));
  }
  return condition;
}

Expected<CompoundFilter> PolicyCondition::parse_compound(std::string_view text, Column column)
{
  auto compound = CompoundFilter::parse(text);
  if (!compound) {
    return tl::make_unexpected(compound.error().with_context("the expression " + shown_term(text)));
  }
  if (const auto functions = compound->functions(); !functions.empty()) {
    return failure(
        ErrorCode::invalid_input,
        to_string(functions.front()) +
            " is a data function, which policies do not ask; use facts and classes");
  }
  const auto& statements = compound->statements();
  const bool only_classes = std::all_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return std::holds_alternative<ClassStatement>(statement);
  });
  if (column == Column::classes && !only_classes) {
    return failure(
        ErrorCode::invalid_input,
        "the classes column has facts in " + shown_term(text) +
            "; write the whole expression into the column before");
  }
  return compound;
}

Expected<PolicyCondition::Term> PolicyCondition::parse_term(std::string_view word, Column column)
{
  std::string fact;
  auto filter = column == Column::facts ? compile_fact(word, fact) : compile_class(word);
  if (!filter) {
    return tl::make_unexpected(std::move(filter).error());
  }
  return Term{std::string{word}, std::move(fact), *std::move(filter)};
}

Verdict PolicyCondition::Term::holds(const PolicyNode& node) const
{
  if (fact.empty()) {
    return filter.decide_partially({node.view, node.classes_known});
  }
  return filter.matches(node.view) ? Verdict::yes : Verdict::no;
}

Verdict PolicyCondition::holds(const PolicyNode& node) const
{
  if (compound_) {
    static const FunctionValues no_functions;
    return compound_->decide({node.view.facts, true, node.view.classes, node.classes_known, no_functions});
  }
  auto verdict = Verdict::yes;
  for (const auto& term : terms_) {
    const auto one = term.holds(node);
    if (one == Verdict::no) {
      return Verdict::no;
    }
    verdict = one == Verdict::unknown ? one : verdict;
  }
  return verdict;
}

std::string PolicyCondition::Term::why_not(const PolicyNode& node) const
{
  if (fact.empty()) {
    return node.classes_known ? "the node has no class " + text : "the node cannot read its classes";
  }
  const auto* value = node.view.facts.find(fact);
  if (value == nullptr) {
    return "the node has no fact " + fact;
  }
  return text + " does not hold: " +
         (is_scalar(*value) ? "it is " + shown_term(scalar_text(*value)) : "no part of it does");
}

std::string PolicyCondition::why_not(const PolicyNode& node) const
{
  if (const auto verdict = holds(node); compound_ && verdict != Verdict::yes) {
    return verdict == Verdict::no ? "the expression does not hold" : "the node cannot read its classes";
  }
  const auto failing = std::find_if(
      terms_.begin(), terms_.end(), [&node](const Term& term) { return term.holds(node) != Verdict::yes; });
  return failing == terms_.end() ? std::string{} : failing->why_not(node);
}

}  // namespace muster
