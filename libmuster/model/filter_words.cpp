// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/filter_words.hpp"

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

}  // namespace

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
