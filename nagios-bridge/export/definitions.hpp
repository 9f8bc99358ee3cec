// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nagios-bridge/export/exported_node.hpp"
#include "nagios-bridge/model/mapping.hpp"
#include "nagios-bridge/model/name_list.hpp"

namespace muster::bridge {

// A check that no node tells of, because only a schedule gives it its name, and the nodes that have it.
struct FurtherCheck {
  std::string name;
  NameList nodes;
};

// The check that the bridge makes of itself, under the names that the monitor has for it.
struct OwnService {
  std::string host;
  std::string service;
  std::chrono::seconds freshness{0};
};

// `export:` of the configuration; export_settings.hpp reads it.
struct ExportRules {
  // Groups by these facts; absent: by every announced fact that is a text.
  std::optional<std::vector<std::string>> facts;
  bool classes = true;  // groups by classes
  // How often a check is run that no schedule is known of; absent: nobody knows, it never goes stale.
  std::optional<std::chrono::seconds> every;
  std::string host_template;  // of the site: what ours say nothing of is taken from there; empty: none
  std::string service_template;
  std::vector<FurtherCheck> also;
  std::optional<OwnService> own;  // of `own_check:`
};

struct ServiceDefinition {
  std::string name;
  // Without a result for so long it is stale; absent: it never is.
  std::optional<std::chrono::seconds> freshness;
};

struct HostDefinition {
  ExportedNode node;
  std::string name;
  std::vector<std::string> groups;  // names of them
  std::vector<ServiceDefinition> services;
};

// What a monitor is to know, in no monitor's language yet.
struct Definitions {
  std::vector<HostDefinition> hosts;          // by the names of their nodes
  std::map<std::string, std::string> groups;  // name → title, of the groups that have members
  bool passive_hosts = true;                  // the monitor is told of them; false: it checks them itself
  Intervals intervals;                        // that the services' freshness comes from
  std::vector<std::string> faults;            // what was left out and why, safe to print
};

// Names come from the mapping, as those of results do. What the monitor cannot have, or would have twice, is
// left out and told in `faults`. Pure: the same nodes in any order give the same definitions.
Definitions define(
    std::vector<ExportedNode> nodes,
    const Mapping& mapping,
    const ExportRules& rules,
    const Intervals& intervals);

// Two turns may be missed, and the plugins take their time.
std::chrono::seconds freshness_of(std::chrono::seconds every);

}  // namespace muster::bridge
