// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nagios-bridge/model/monitor_names.hpp"
#include "nagios-bridge/model/name_list.hpp"
#include "nagios-bridge/model/name_template.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// What the monitor calls nodes or checks, and which of them it is told of.
struct NamingRules {
  NameTemplate name;  // for those that are not in the table
  std::map<std::string, std::string, std::less<>> table;
  NameList only;  // empty: all
  NameList except;
};

// The check results of some checks go stale after a time: the first entry that has the check counts.
struct LifetimeRule {
  NameList checks;
  std::chrono::seconds lifetime{0};
};

// What a host is told to be whose checkagent was stopped by somebody.
enum class WhenStopped { down, up, ignore };

// `mapping:` of the configuration; mapping_settings.hpp reads it.
struct MappingRules {
  MappingRules();  // hosts by the node's name, services by the check's, all of them, without a lifetime

  NamingRules hosts;
  NamingRules services;
  bool host_states = true;  // hosts are told from presence; false: the monitor checks them itself
  WhenStopped stopped = WhenStopped::down;
  std::vector<LifetimeRule> lifetimes;
  std::optional<std::chrono::seconds> lifetime;  // of the checks that no entry of `lifetimes` has
  std::string illegal{nagios_illegal_characters};
};

// From what comes from the fleet to what one monitor is told: names, times by our clock, host states, and
// what it is not told at all. Pure and total; cheap to call for each result.
class Mapping {
public:
  Mapping(Monitor monitor, MappingRules rules) : monitor_{monitor}, rules_{std::move(rules)} {}

  // Absent: the monitor is not told of it. The names may be such that it cannot be told: see refusal().
  [[nodiscard]] std::optional<PassiveResult> map(const QueuedItem& item) const;

  // Why the monitor can never take this, whoever asks and when: a name that it cannot have. Absent: it can.
  // Results with a refusal are dead letters: give the reason to Feed::bury.
  [[nodiscard]] std::optional<std::string> refusal(const PassiveResult& result) const;

  // The names alone, for those who write the monitor's configuration; absent: it is not told of them.
  [[nodiscard]] std::optional<std::string> host_name(std::string_view node) const;
  [[nodiscard]] std::optional<std::string> service_name(std::string_view node, std::string_view check) const;
  [[nodiscard]] std::optional<std::chrono::seconds> lifetime(std::string_view check) const;

  [[nodiscard]] Monitor monitor() const noexcept { return monitor_; }

  [[nodiscard]] const MappingRules& rules() const noexcept { return rules_; }

private:
  [[nodiscard]] std::optional<PassiveResult> mapped(const QueuedItem& item, const CheckResult& check) const;
  [[nodiscard]] std::optional<PassiveResult> mapped(const QueuedItem& item, const HostState& host) const;

  Monitor monitor_;
  MappingRules rules_;
};

}  // namespace muster::bridge
