// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/statement_rules.hpp"

#include <charconv>
#include <cstdint>

#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

tl::unexpected<Error> wrong(std::string why)
{
  return failure(ErrorCode::invalid_input, std::move(why));
}

bool is_order(FactOperator op) noexcept
{
  return op == FactOperator::less || op == FactOperator::less_equal || op == FactOperator::greater ||
         op == FactOperator::greater_equal;
}

Expected<void> check_number(std::string_view name, Comparison& comparison)
{
  std::int64_t number = 0;
  const auto& text = comparison.value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (comparison.is_pattern || error != std::errc{} || end != text.data() + text.size()) {
    return wrong(
        std::string{name} + " is a whole number: compare it with one, by = != < <= > or >=, not with " +
        shown_term(text));
  }
  comparison.value = std::to_string(number);
  return {};
}

Expected<void> check_truth(std::string_view name, const Comparison& comparison)
{
  const bool is_word =
      same_ignoring_case(comparison.value, "true") || same_ignoring_case(comparison.value, "false");
  if (comparison.is_pattern || is_order(comparison.op) || !is_word) {
    return wrong(std::string{name} + " is true or false: write " + std::string{name} + "=true");
  }
  return {};
}

std::string listed(const std::vector<FunctionOutput>& outputs)
{
  std::string text;
  for (const auto& output : outputs) {
    text += (text.empty() ? "" : ", ") + std::string{output.name};
  }
  return text;
}

}  // namespace

Expected<void> check_length(std::string_view word)
{
  if (word.size() > Filter::max_term_length) {
    return wrong("a name of more than " + std::to_string(Filter::max_term_length) + " bytes");
  }
  return {};
}

Expected<void> check_plain_value(std::string_view value, char behind)
{
  if (behind == '\'' || behind == '"' || behind == '(') {
    return wrong("put a value with quotes or parentheses in quotes: 'New York (city)'");
  }
  if (value.empty()) {
    return wrong("expected a value behind the operator; an empty one is written ''");
  }
  if (std::string_view{"=<>!~"}.find(value.front()) != std::string_view::npos) {
    return wrong("the operators are = == != =~ < <= > >=; a value that begins like one stands in quotes");
  }
  if (value.find("&&") != std::string_view::npos || value.find("||") != std::string_view::npos) {
    return wrong("write 'and' or 'or' between blanks; a value with && or || stands in quotes");
  }
  return {};
}

Expected<void> check_comparison(const Comparison& comparison)
{
  if (comparison.value.size() > Filter::max_term_length) {
    return wrong("a value of more than " + std::to_string(Filter::max_term_length) + " bytes");
  }
  if (comparison.is_pattern && (is_order(comparison.op) || comparison.op == FactOperator::exactly)) {
    return wrong("an expression goes with = != and =~; put a value with slashes in quotes");
  }
  return {};
}

Expected<void> check_output(const FunctionOutput& output, Comparison& comparison)
{
  switch (output.type) {
  case OutputType::number:
    return check_number(output.name, comparison);
  case OutputType::truth:
    return check_truth(output.name, comparison);
  case OutputType::text:
    if (is_order(comparison.op)) {
      return wrong(std::string{output.name} + " is a text, which has no order: compare it by = == != or =~");
    }
    return {};
  case OutputType::fact_value:
    return {};
  }
  return {};
}

std::string no_such_function(std::string_view name)
{
  std::string text = "there is no data function " + shown_term(name) + "; there are";
  for (const auto& function : data_functions()) {
    text += (&function == &data_functions().front() ? " " : ", ") + std::string{function.name};
  }
  return text;
}

std::string no_such_output(const DataFunction& function, std::string_view name)
{
  return std::string{function.name} + " has no output " + shown_term(name) + "; it has " +
         listed(function.outputs);
}

std::string example_of(const DataFunction& function)
{
  const auto& output = function.outputs.front();
  std::string_view value = "=text";
  if (output.type == OutputType::number) {
    value = "=0";
  } else if (output.type == OutputType::truth) {
    value = "=true";
  }
  return to_string({std::string{function.name}, std::string{function.example}}) + "." +
         std::string{output.name} + std::string{value};
}

}  // namespace muster
