// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

struct Spelling {
  std::string_view text;
  FactOperator op;
};

// Longest first, so that a prefix never wins; the last two are MCollective's other way round.
constexpr std::array<Spelling, 10> spellings{{
    {"==", FactOperator::exactly},
    {"!=", FactOperator::not_equals},
    {"=~", FactOperator::matches},
    {"<=", FactOperator::less_equal},
    {">=", FactOperator::greater_equal},
    {"=<", FactOperator::less_equal},
    {"=>", FactOperator::greater_equal},
    {"=", FactOperator::equals},
    {"<", FactOperator::less},
    {">", FactOperator::greater},
}};

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept
{
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

const Spelling* operator_at(std::string_view text) noexcept
{
  const auto* found = std::find_if(spellings.begin(), spellings.end(), [text](const Spelling& s) {
    return text.substr(0, s.text.size()) == s.text;
  });
  return found == spellings.end() ? nullptr : found;
}

bool is_fact_name(std::string_view name) noexcept
{
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  });
}

}  // namespace

std::string_view to_string(FactOperator op) noexcept
{
  const auto* found =
      std::find_if(spellings.begin(), spellings.end(), [op](const Spelling& s) { return s.op == op; });
  return found == spellings.end() ? std::string_view{} : found->text;
}

Expected<FactOperator> parse_fact_operator(std::string_view text)
{
  const auto* found =
      std::find_if(spellings.begin(), spellings.end(), [text](const Spelling& s) { return s.text == text; });
  if (found == spellings.end()) {
    return failure(
        ErrorCode::invalid_input, shown_term(text) + " is no operator; expected one of = == != =~ < <= > >=");
  }
  return found->op;
}

bool Filter::empty() const noexcept
{
  return identities.empty() && classes.empty() && agents.empty() && facts.empty() && compound.empty();
}

bool is_pattern(std::string_view word) noexcept
{
  return !word.empty() && word.front() == '/';
}

bool only_names_nodes(const Filter& filter) noexcept
{
  return !filter.identities.empty() && filter.classes.empty() && filter.agents.empty() &&
         filter.facts.empty() && filter.compound.empty() &&
         std::none_of(filter.identities.begin(), filter.identities.end(), is_pattern);
}

Expected<FactTerm> parse_fact_term(std::string_view text)
{
  if (text.size() > Filter::max_term_length) {
    return failure(ErrorCode::invalid_input, "fact term " + shown_term(text) + " is longer than 1024 bytes");
  }
  const auto unreadable = [text] {
    return failure(
        ErrorCode::invalid_input,
        "cannot read fact term " + shown_term(text) +
            "; expected NAME=VALUE, or one of "
            "== != =~ < <= > >= between them");
  };
  const auto start = text.find_first_of("=<>!");
  if (start == std::string_view::npos) {
    return unreadable();
  }
  const auto* spelling = operator_at(text.substr(start));
  const auto name = trimmed(text.substr(0, start));
  if (spelling == nullptr || !is_fact_name(name)) {
    return unreadable();
  }
  const auto value = trimmed(text.substr(start + spelling->text.size()));
  if (value.empty()) {
    return unreadable();
  }
  return FactTerm{std::string{name}, spelling->op, std::string{value}};
}

Expected<void> add_combined(Filter& filter, std::string_view words)
{
  constexpr std::string_view separators = " \t\r\n";
  Filter added = filter;
  for (auto start = words.find_first_not_of(separators); start != std::string_view::npos;) {
    const auto end = words.find_first_of(separators, start);
    const auto word = words.substr(start, end == std::string_view::npos ? end : end - start);
    if (word.size() > Filter::max_term_length) {
      return failure(
          ErrorCode::invalid_input, "filter word " + shown_term(word) + " is longer than 1024 bytes");
    }
    if (added.facts.size() + added.classes.size() >= Filter::max_terms) {
      return failure(ErrorCode::invalid_input, "the filter has more than 64 terms");
    }
    // A class expression may well hold a '=', but no fact's name starts with a slash.
    if (auto fact = is_pattern(word) ? tl::make_unexpected(Error{}) : parse_fact_term(word)) {
      added.facts.push_back(*std::move(fact));
    } else {
      added.classes.emplace_back(word);
    }
    start = end == std::string_view::npos ? end : words.find_first_not_of(separators, end);
  }
  filter = std::move(added);
  return {};
}

}  // namespace muster
