// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/caller_groups.hpp"

#include <utility>

#include "libmuster/model/node_name.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster {

CallerGroups::Reading CallerGroups::parse(std::string_view text)
{
  Reading reading;
  for_each_policy_line(text, [&reading](std::size_t number, std::string_view line) {
    std::string warning;
    auto fault = reading.groups.add(line, warning);
    if (!fault.empty()) {
      reading.faults.push_back({number, std::move(fault)});
    }
    if (!warning.empty()) {
      reading.warnings.push_back({number, std::move(warning)});
    }
  });
  return reading;
}

// What is wrong with the line; empty: nothing.
std::string CallerGroups::add(std::string_view line, std::string& warning)
{
  const auto words = policy_words(line);
  if (!is_policy_name(words.front())) {
    return shown_term(words.front()) + " is no name of a group, expected [A-Za-z0-9_.-]+";
  }
  if (defines(words.front())) {
    return "group " + shown_term(words.front()) +
           " stands here a second time: write all its callers on one line";
  }
  if (words.size() == 1) {
    return "group " + shown_term(words.front()) + " has nobody in it, expected callers such as alice@ops1";
  }
  if (words.size() > most_members + 1 || members_.size() >= most_groups) {
    return "more than 256 groups, or more than 1000 callers in one";
  }
  std::set<std::string, std::less<>> callers;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto word = words[i];
    if (is_mcollective_caller(word)) {
      warning = shown_term(word) + " can be nobody here: callers are called as their keys, alice@ops1";
    } else if (!is_caller_name(word)) {
      return shown_term(word) + " is no caller, expected a name such as alice@ops1; groups do not nest";
    }
    callers.emplace(word);
  }
  members_.emplace(words.front(), std::move(callers));
  return {};
}

bool CallerGroups::holds(std::string_view group, std::string_view caller) const
{
  const auto found = members_.find(group);
  return found != members_.end() && found->second.find(caller) != found->second.end();
}

}  // namespace muster
