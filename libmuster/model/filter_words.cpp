// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/filter_words.hpp"

#include <string_view>
#include <utility>

#include "libmuster/model/comparison.hpp"
#include "libmuster/model/compound_filter.hpp"

namespace muster {

namespace {

using Kind = Expression::Kind;

std::string slashed(const std::string& expression)
{
  const bool has_slashes = expression.size() > 2 && expression.front() == '/' && expression.back() == '/';
  return has_slashes ? expression : "/" + expression + "/";
}

std::string quoted(const std::string& value)
{
  return "'" + value + "'";
}

std::string words_of(const Comparison& comparison)
{
  const bool pattern = comparison.is_pattern;
  switch (comparison.op) {
  case FactOperator::equals:
  case FactOperator::matches:
    return pattern ? "matches " + slashed(comparison.value) : "is " + quoted(comparison.value);
  case FactOperator::exactly:
    return "is exactly " + quoted(comparison.value);
  case FactOperator::not_equals:
    return pattern ? "is there and does not match " + slashed(comparison.value)
                   : "is there and is not " + quoted(comparison.value);
  case FactOperator::less:
    return "is less than " + quoted(comparison.value);
  case FactOperator::less_equal:
    return "is at most " + quoted(comparison.value);
  case FactOperator::greater:
    return "is more than " + quoted(comparison.value);
  case FactOperator::greater_equal:
    return "is at least " + quoted(comparison.value);
  }
  return {};
}

std::string class_words(const std::string& word)
{
  return is_pattern(word) ? "it has a class that matches " + word : "it has the class " + quoted(word);
}

std::string agent_words(const std::string& word)
{
  return is_pattern(word) ? "it has an agent that matches " + word : "it has the agent " + quoted(word);
}

std::string fact_words(const std::string& name, const Comparison& comparison)
{
  return "the fact " + name + " " + words_of(comparison);
}

std::string words_of(const Statement& statement)
{
  if (const auto* one = std::get_if<ClassStatement>(&statement)) {
    return class_words(one->word);
  }
  if (const auto* fact = std::get_if<FactStatement>(&statement)) {
    return fact_words(fact->name, fact->comparison);
  }
  const auto& function = std::get<FunctionStatement>(statement);
  return function.output + " of " + to_string(function.call) + " " + words_of(function.comparison);
}

// The tree, line by line; `depth` is that of the line for `expression` itself.
class Lines {
public:
  Lines(const CompoundFilter& filter, std::vector<FilterLine>& lines) : filter_{filter}, lines_{lines} {}

  void add(const Expression& expression, std::size_t depth)
  {
    switch (expression.kind) {
    case Kind::statement:
      lines_.push_back({"-S", depth, words_of(filter_.statements()[expression.statement])});
      return;
    case Kind::all:
      lines_.push_back({"-S", depth, "all of:"});
      break;
    case Kind::any:
      lines_.push_back({"-S", depth, "any of:"});
      break;
    case Kind::negation:
      lines_.push_back({"-S", depth, "not:"});
      break;
    }
    for (const auto& part : expression.parts) {
      add(part, depth + 1);
    }
  }

private:
  const CompoundFilter& filter_;
  std::vector<FilterLine>& lines_;
};

std::string name_words(const std::vector<std::string>& identities)
{
  std::string text = "its name";
  for (const auto& word : identities) {
    text += &word == &identities.front() ? " " : " or ";
    text += is_pattern(word) ? "matches " + word : "is " + quoted(word);
  }
  return text;
}

std::string for_a_shell(const std::string& word)
{
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
    return word;
  }
  std::string text = "'";
  for (const char letter : word) {
    text += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
  }
  return text + "'";
}

void add_option(std::string& text, const char* option, const std::string& value)
{
  text.append(text.empty() ? "" : " ").append(option).append(" ").append(for_a_shell(value));
}

}  // namespace

std::string as_options(const Filter& filter)
{
  std::string text;
  for (const auto& [option, words] :
       {std::pair{"-I", &filter.identities}, {"-A", &filter.agents}, {"-C", &filter.classes}}) {
    for (const auto& word : *words) {
      add_option(text, option, word);
    }
  }
  for (const auto& term : filter.facts) {
    add_option(text, "-F", term.name + std::string{to_string(term.op)} + term.value);
  }
  if (!filter.compound.empty()) {
    add_option(text, "-S", filter.compound);
  }
  return text;
}

Expected<std::vector<FilterLine>> in_words(const Filter& filter)
{
  if (const auto valid = CompiledFilter::compile(filter); !valid) {
    return tl::make_unexpected(valid.error());
  }
  std::vector<FilterLine> lines;
  if (!filter.identities.empty()) {
    lines.push_back({"-I", 0, name_words(filter.identities)});
  }
  for (const auto& word : filter.agents) {
    lines.push_back({"-A", 0, agent_words(word)});
  }
  for (const auto& word : filter.classes) {
    lines.push_back({"-C", 0, class_words(word)});
  }
  for (const auto& term : filter.facts) {
    lines.push_back({"-F", 0, fact_words(term.name, comparison_of(term))});
  }
  if (!filter.compound.empty()) {
    const auto compound = CompoundFilter::parse(filter.compound).value();  // compile() has read it before
    Lines{compound, lines}.add(compound.expression(), 0);
  }
  return lines;
}

}  // namespace muster
