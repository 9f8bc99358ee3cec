// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/definitions.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/export/export_names.hpp"

namespace muster::bridge {

namespace {

constexpr std::size_t longest_shown = 100;

std::string shown(std::string_view text)
{
  return "'" + printable(truncate_utf8(text, longest_shown, "…"), false) + "'";
}

// Makes the definitions of one node after the other.
class Definer {
public:
  Definer(const Mapping& mapping, const ExportRules& rules, const Intervals& intervals)
      : mapping_{mapping}, rules_{rules}, intervals_{intervals}
  {
    result_.intervals = intervals;
    result_.passive_hosts = mapping.rules().host_states;
  }

  void add(ExportedNode node)
  {
    auto name = mapping_.host_name(node.name);
    if (!name || refused(ObjectKind::host, *name, node.name)) {
      return;
    }
    if (!hosts_.insert(*name).second) {
      fault("node " + shown(node.name) + ": another node is host " + shown(*name) + " already");
      return;
    }
    HostDefinition host{{}, std::move(*name), {}, {}};
    add_groups(node, host);
    add_services(node, host);
    host.node = std::move(node);
    result_.hosts.push_back(std::move(host));
  }

  // Behind all nodes.
  void add_own_service(const OwnService& own)
  {
    const auto host =
        std::find_if(result_.hosts.begin(), result_.hosts.end(), [&own](const HostDefinition& candidate) {
          return candidate.name == own.host;
        });
    if (host == result_.hosts.end()) {
      fault(
          "the bridge's own check is not written: define service " + shown(own.service) + " of host " +
          shown(own.host) + " yourself");
    } else if (!refused(ObjectKind::service, own.service, own.host)) {
      host->services.push_back({own.service, own.freshness});
    }
  }

  Definitions result() && { return std::move(result_); }

private:
  void fault(std::string text) { result_.faults.push_back(std::move(text)); }

  bool refused(ObjectKind kind, const std::string& name, const std::string& node)
  {
    const auto why = name_fault(mapping_.monitor(), kind, name, mapping_.rules().illegal);
    if (why) {
      fault("node " + shown(node) + ": " + *why);
    }
    return why.has_value();
  }

  void add_groups(const ExportedNode& node, HostDefinition& host)
  {
    for (const auto& group : node.groups) {
      const auto name = group_name(group);
      const auto title = (group.fact.empty() ? "class" : group.fact) + ": " + group.value;
      result_.groups.emplace(name, title);
      host.groups.push_back(name);
    }
    std::sort(host.groups.begin(), host.groups.end());
    host.groups.erase(std::unique(host.groups.begin(), host.groups.end()), host.groups.end());
  }

  [[nodiscard]] std::set<std::string> checks_of(const ExportedNode& node) const
  {
    std::set<std::string> checks{node.checks.begin(), node.checks.end()};
    for (const auto& further : rules_.also) {
      if (further.nodes.has(node.name)) {
        checks.insert(further.name);
      }
    }
    return checks;
  }

  void add_services(const ExportedNode& node, HostDefinition& host)
  {
    std::set<std::string> names;
    for (const auto& check : checks_of(node)) {
      auto name = mapping_.service_name(node.name, check);
      if (!name || refused(ObjectKind::service, *name, node.name)) {
        continue;
      }
      if (!names.insert(*name).second) {
        fault("node " + shown(node.name) + ": another check is service " + shown(*name) + " already");
        continue;
      }
      host.services.push_back({std::move(*name), freshness(check)});
    }
  }

  // What the mapping says of a check's results holds for the monitor, too.
  [[nodiscard]] std::optional<std::chrono::seconds> freshness(const std::string& check) const
  {
    if (const auto lifetime = mapping_.lifetime(check)) {
      return lifetime;
    }
    auto known = intervals_.find(check);
    known = known == intervals_.end() ? intervals_.find("") : known;
    const auto every = known == intervals_.end() ? rules_.every : std::optional{known->second};
    return every ? std::optional{freshness_of(*every)} : std::nullopt;
  }

  const Mapping& mapping_;
  const ExportRules& rules_;
  const Intervals& intervals_;
  std::set<std::string> hosts_;
  Definitions result_;
};

}  // namespace

Definitions define(
    std::vector<ExportedNode> nodes,
    const Mapping& mapping,
    const ExportRules& rules,
    const Intervals& intervals)
{
  std::sort(nodes.begin(), nodes.end(), [](const ExportedNode& left, const ExportedNode& right) {
    return left.name < right.name;
  });
  Definer definer{mapping, rules, intervals};
  for (auto& node : nodes) {
    put_in_order(node);
    definer.add(std::move(node));
  }
  if (rules.own) {
    definer.add_own_service(*rules.own);
  }
  return std::move(definer).result();
}

std::chrono::seconds freshness_of(std::chrono::seconds every)
{
  return 2 * every + std::chrono::minutes{1};
}

}  // namespace muster::bridge
