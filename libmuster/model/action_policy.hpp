// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/caller_groups.hpp"
#include "libmuster/model/policy_condition.hpp"

namespace muster {

// Who asks for what, and where. Borrowed for one call.
struct PolicyQuestion {
  std::string_view caller;
  std::string_view agent;
  std::string_view action;
  bool changes = true;  // the action changes the node
  PolicyNode node;
};

// One allow or deny line.
struct PolicyRule {
  std::size_t line = 0;
  bool allows = false;
  std::vector<std::string> callers;  // callers and groups; empty: everybody
  std::vector<std::string> actions;  // empty: all
  PolicyCondition facts;
  PolicyCondition classes;

  // A line whose condition nobody can decide is no permission, and it is a prohibition: what hangs on classes
  // that the node cannot read, or on a group that is no longer defined.
  [[nodiscard]] bool matches(const PolicyQuestion& question, const CallerGroups& groups) const;

  // The first column that does not match, in words; empty if all do.
  [[nodiscard]] std::string why_not(const PolicyQuestion& question, const CallerGroups& groups) const;
};

// One policy file in the format of MCollective's ActionPolicy (docs/authorization.md has the grammar). Says
// who may call the actions of one agent. A value.
struct ActionPolicy {
  static constexpr std::size_t most_rules = 1'000;  // every request is compared with each of them
  static constexpr std::size_t most_words = 256;    // of callers or of actions on one line

  std::vector<PolicyRule> rules;  // the first that matches decides
  bool allows_by_default = false;
  std::size_t default_line = 0;  // of "policy default …"; 0: not said

  struct Reading;

  // Lines that are wrong are left out and told. Groups are looked up when a question is asked.
  static Reading parse(std::string_view text);

  // The rule that decides; null: the default does.
  [[nodiscard]] const PolicyRule* deciding(const PolicyQuestion& question, const CallerGroups& groups) const;

  // A fault for every word that is neither a caller nor one of these groups.
  [[nodiscard]] std::vector<PolicyFault> undefined_groups(const CallerGroups& groups) const;
};

struct ActionPolicy::Reading {
  ActionPolicy policy;
  std::vector<PolicyFault> faults;
  std::vector<PolicyFault> warnings;
};

}  // namespace muster
