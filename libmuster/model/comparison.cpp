// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/comparison.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/fact_order.hpp"

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

}  // namespace

Comparison comparison_of(const FactTerm& term)
{
  const bool may_be_one = term.op == FactOperator::equals || term.op == FactOperator::not_equals;
  const bool is_pattern =
      term.op == FactOperator::matches || (may_be_one && stands_between_slashes(term.value));
  return {term.op, term.value, is_pattern};
}

Expected<CompiledComparison> CompiledComparison::compile(Comparison comparison)
{
  if (!comparison.is_pattern) {
    return CompiledComparison{std::move(comparison), std::nullopt};
  }
  auto pattern = Pattern::compile(without_slashes(comparison.value));
  if (!pattern) {
    return tl::make_unexpected(std::move(pattern).error());
  }
  return CompiledComparison{std::move(comparison), *std::move(pattern)};
}

bool CompiledComparison::equal(std::string_view text) const
{
  return pattern_ ? pattern_->found_in(text) : same_ignoring_case(text, comparison_.value);
}

bool CompiledComparison::holds_for_text(std::string_view text) const
{
  switch (comparison_.op) {
  case FactOperator::equals:
  case FactOperator::matches:
    return equal(text);
  case FactOperator::exactly:
    return text == comparison_.value;
  case FactOperator::not_equals:
    return !equal(text);
  case FactOperator::less:
    return compare_fact_texts(text, comparison_.value) < 0;
  case FactOperator::less_equal:
    return compare_fact_texts(text, comparison_.value) <= 0;
  case FactOperator::greater:
    return compare_fact_texts(text, comparison_.value) > 0;
  case FactOperator::greater_equal:
    return compare_fact_texts(text, comparison_.value) >= 0;
  }
  return false;
}

bool CompiledComparison::holds_for(const FactValue& value, std::size_t depth) const
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

Expected<WordTest> WordTest::compile(const std::string& word)
{
  if (!is_pattern(word)) {
    return WordTest{word, std::nullopt};
  }
  auto pattern = Pattern::compile(without_slashes(word));
  if (!pattern) {
    return tl::make_unexpected(std::move(pattern).error());
  }
  return WordTest{word, *std::move(pattern)};
}

bool WordTest::holds(std::string_view candidate) const
{
  return pattern_ ? pattern_->found_in(candidate) : same_ignoring_case(word_, candidate);
}

bool WordTest::holds_for_any(const std::vector<std::string>& candidates) const
{
  return std::any_of(candidates.begin(), candidates.end(), [this](const auto& one) { return holds(one); });
}

}  // namespace muster
