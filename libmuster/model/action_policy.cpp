// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/action_policy.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/node_name.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

using Columns = std::vector<std::string_view>;

constexpr std::string_view shape = "expected allow|deny CALLERS ACTIONS FACTS [CLASSES]";

// allow or deny, callers, actions, facts, classes.
constexpr std::size_t fewest_columns = 4;
constexpr std::size_t most_columns = 5;

Columns tab_columns(std::string_view line)
{
  Columns columns;
  while (!line.empty()) {
    const auto end = std::min(line.find('\t'), line.size());
    if (const auto column = trim_policy_text(line.substr(0, end)); !column.empty()) {
      columns.push_back(column);
    }
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return columns;
}

bool is_verdict(std::string_view word) noexcept
{
  return word == "allow" || word == "deny";
}

Expected<Columns> columns_of(std::string_view line)
{
  const bool has_tabs = line.find('\t') != std::string_view::npos;
  auto columns = has_tabs ? tab_columns(line) : policy_words(line);
  if (has_tabs && !is_verdict(columns.front())) {
    return failure(
        ErrorCode::invalid_input,
        "the first column is " + shown_term(columns.front()) +
            ", expected allow or deny; in a line with tabs every column ends at a tab");
  }
  if (columns.size() < fewest_columns) {
    return failure(
        ErrorCode::invalid_input,
        std::to_string(columns.size()) + " columns, " + std::string{shape} + "; write * for all");
  }
  if (columns.size() > most_columns) {
    return failure(
        ErrorCode::invalid_input,
        std::to_string(columns.size()) + (has_tabs ? " columns, " : " words without a tab, ") +
            std::string{shape} +
            (has_tabs ? "" : "; separate the columns by tabs when one has several words"));
  }
  return columns;
}

// The words of one column; "*" gives none.
Expected<std::vector<std::string>> read_words(std::string_view column, const char* what)
{
  const auto words = policy_words(column);
  if (words.size() == 1 && words.front() == "*") {
    return std::vector<std::string>{};
  }
  if (words.size() > ActionPolicy::most_words) {
    return failure(ErrorCode::invalid_input, std::string{"more than 256 "} + what + " on one line");
  }
  if (std::find(words.begin(), words.end(), "*") != words.end()) {
    return failure(ErrorCode::invalid_input, std::string{"* stands alone among the "} + what);
  }
  return std::vector<std::string>(words.begin(), words.end());
}

Expected<std::vector<std::string>> read_callers(std::string_view column)
{
  auto words = read_words(column, "callers");
  if (!words) {
    return words;
  }
  for (const auto& word : *words) {
    if (!is_caller_name(word) && !is_policy_name(word) && !is_mcollective_caller(word)) {
      return failure(
          ErrorCode::invalid_input,
          shown_term(word) + " is no caller, expected *, a name such as alice@ops1, or a group");
    }
  }
  return words;
}

Expected<std::vector<std::string>> read_actions(std::string_view column)
{
  auto words = read_words(column, "actions");
  if (!words) {
    return words;
  }
  const auto odd = std::find_if_not(words->begin(), words->end(), is_policy_name);
  if (odd != words->end()) {
    return failure(
        ErrorCode::invalid_input,
        shown_term(*odd) +
            " is no action, expected *, or names of actions; without tabs every column is one word");
  }
  return words;
}

Expected<PolicyRule> read_rule(std::size_t number, std::string_view line)
{
  const auto columns = columns_of(line);
  if (!columns) {
    return tl::make_unexpected(columns.error());
  }
  auto callers = read_callers(columns->at(1));
  auto actions = read_actions(columns->at(2));
  auto facts = PolicyCondition::parse(columns->at(3), PolicyCondition::Column::facts);
  auto classes = columns->size() == most_columns
                     ? PolicyCondition::parse(columns->at(4), PolicyCondition::Column::classes)
                     : Expected<PolicyCondition>{PolicyCondition{}};
  for (const auto* error :
       {callers ? nullptr : &callers.error(),
        actions ? nullptr : &actions.error(),
        facts ? nullptr : &facts.error(),
        classes ? nullptr : &classes.error()}) {
    if (error != nullptr) {
      return tl::make_unexpected(*error);
    }
  }
  return PolicyRule{
      number,
      columns->front() == "allow",
      *std::move(callers),
      *std::move(actions),
      *std::move(facts),
      *std::move(classes)};
}

Expected<bool> read_default(std::string_view line)
{
  const auto words = policy_words(line);
  if (words.size() != 3 || words[1] != "default" || !is_verdict(words[2])) {
    return failure(ErrorCode::invalid_input, "expected policy default allow, or policy default deny");
  }
  return words[2] == "allow";
}

void add_default(ActionPolicy::Reading& reading, std::size_t number, std::string_view line)
{
  const auto allows = read_default(line);
  if (!allows) {
    reading.faults.push_back({number, allows.error().message});
    return;
  }
  auto& policy = reading.policy;
  if (policy.default_line != 0) {
    reading.warnings.push_back(
        {number,
         "a second default; the one of line " + std::to_string(policy.default_line) + " does not count"});
  }
  policy.allows_by_default = *allows;
  policy.default_line = number;
}

void warn_of_callers(const PolicyRule& rule, std::vector<PolicyFault>& warnings)
{
  for (const auto& word : rule.callers) {
    if (is_mcollective_caller(word)) {
      warnings.push_back(
          {rule.line,
           shown_term(word) + " can be nobody here: callers are called as their keys, alice@ops1"});
    }
  }
}

void add_rule(ActionPolicy::Reading& reading, std::size_t number, std::string_view line)
{
  auto rule = read_rule(number, line);
  if (!rule) {
    reading.faults.push_back({number, rule.error().message});
    return;
  }
  if (reading.policy.rules.size() >= ActionPolicy::most_rules) {
    reading.faults.push_back({number, "more than 1000 lines that allow or deny"});
    return;
  }
  warn_of_callers(*rule, reading.warnings);
  reading.policy.rules.push_back(*std::move(rule));
}

bool is_group_word(std::string_view word) noexcept
{
  return !is_caller_name(word) && !is_mcollective_caller(word);
}

// `unknown`: only a group that is not defined could make it match.
Verdict caller_matches(const PolicyRule& rule, std::string_view caller, const CallerGroups& groups)
{
  auto verdict = rule.callers.empty() ? Verdict::yes : Verdict::no;
  for (const auto& word : rule.callers) {
    if (word == caller || groups.holds(word, caller)) {
      return Verdict::yes;
    }
    if (is_group_word(word) && !groups.defines(word)) {
      verdict = Verdict::unknown;
    }
  }
  return verdict;
}

bool action_matches(const PolicyRule& rule, std::string_view action)
{
  return rule.actions.empty() ||
         std::find(rule.actions.begin(), rule.actions.end(), action) != rule.actions.end();
}

}  // namespace

bool PolicyRule::matches(const PolicyQuestion& question, const CallerGroups& groups) const
{
  const auto good_enough = [this](Verdict verdict) {
    return verdict == Verdict::yes || (verdict == Verdict::unknown && !allows);
  };
  return action_matches(*this, question.action) &&
         good_enough(caller_matches(*this, question.caller, groups)) &&
         good_enough(facts.holds(question.node)) && good_enough(classes.holds(question.node));
}

std::string PolicyRule::why_not(const PolicyQuestion& question, const CallerGroups& groups) const
{
  if (matches(question, groups)) {
    return {};
  }
  if (caller_matches(*this, question.caller, groups) == Verdict::no) {
    return std::string{question.caller} + " is not among the callers";
  }
  if (!action_matches(*this, question.action)) {
    return std::string{question.action} + " is not among the actions";
  }
  if (caller_matches(*this, question.caller, groups) == Verdict::unknown) {
    return "the group is not defined";
  }
  const auto by_facts = facts.why_not(question.node);
  return by_facts.empty() ? classes.why_not(question.node) : by_facts;
}

ActionPolicy::Reading ActionPolicy::parse(std::string_view text)
{
  Reading reading;
  for_each_policy_line(text, [&reading](std::size_t number, std::string_view line) {
    if (line.substr(0, line.find_first_of(" \t")) == "policy") {
      add_default(reading, number, line);
    } else if (is_verdict(line.substr(0, line.find_first_of(" \t")))) {
      add_rule(reading, number, line);
    } else {
      reading.faults.push_back(
          {number,
           "cannot read " + shown_term(line) + ", " + std::string{shape} + ", or policy default allow|deny"});
    }
  });
  return reading;
}

const PolicyRule* ActionPolicy::deciding(const PolicyQuestion& question, const CallerGroups& groups) const
{
  const auto found = std::find_if(
      rules.begin(), rules.end(), [&](const PolicyRule& rule) { return rule.matches(question, groups); });
  return found == rules.end() ? nullptr : &*found;
}

std::vector<PolicyFault> ActionPolicy::undefined_groups(const CallerGroups& groups) const
{
  std::vector<PolicyFault> faults;
  for (const auto& rule : rules) {
    for (const auto& word : rule.callers) {
      if (is_group_word(word) && !groups.defines(word)) {
        faults.push_back(
            {rule.line,
             shown_term(word) + " is neither a caller such as alice@ops1 nor a group of the file groups"});
      }
    }
  }
  return faults;
}

}  // namespace muster
