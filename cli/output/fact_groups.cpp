// SPDX-License-Identifier: Apache-2.0
#include "cli/output/fact_groups.hpp"

#include <map>
#include <utility>

namespace muster::cli {

namespace {

constexpr const char* no_value = "(none)";

void add(FactGroup& group, const fleet::NodeAccount& node)
{
  group.report.nodes.push_back(node);
  count(group.report.account, node.fate);
}

}  // namespace

std::vector<FactGroup> groups_by_fact(const fleet::FleetReport& report, const FactReport& facts)
{
  std::map<std::string, std::string> value_of;
  for (const auto& value : facts.values) {
    for (const auto& node : value.nodes) {
      value_of.emplace(node, value.text);
    }
  }
  std::map<std::string, FactGroup> by_value;
  FactGroup others{no_value, {}};
  for (const auto& node : report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer) {
      continue;
    }
    const auto value = value_of.find(node.name);
    add(value == value_of.end()
            ? others
            : by_value.try_emplace(value->second, FactGroup{value->second, {}}).first->second,
        node);
  }
  std::vector<FactGroup> groups;
  groups.reserve(by_value.size() + 1);
  for (auto& [value, group] : by_value) {
    groups.push_back(std::move(group));
  }
  if (!others.report.nodes.empty()) {
    groups.push_back(std::move(others));
  }
  return groups;
}

}  // namespace muster::cli
