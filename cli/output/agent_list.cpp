// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/ddl_text.hpp"
#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"
#include "libmuster/ddl/aggregates.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::FleetReport;

constexpr std::size_t name_width = 25;  // MCollective's

bool is_up(const fleet::NodeAccount& node)
{
  return node.presence && node.presence->state == protocol::NodeState::up && node.fate != fleet::Fate::gone;
}

std::string member(const json::object& object, std::string_view key)
{
  const auto* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? std::string{} : ddl::text_of(*value);
}

// Of one node; whoever came first is believed.
void describe_from(const json::array& told, std::vector<ListedAgent>& agents)
{
  for (const auto& entry : told) {
    const auto* object = entry.if_object();
    const auto name = object == nullptr ? std::string{} : member(*object, "name");
    const auto found = std::find_if(
        agents.begin(), agents.end(), [&](const ListedAgent& agent) { return agent.name == name; });
    if (found != agents.end() && found->version.empty()) {
      found->description = member(*object, "description");
      found->version = member(*object, "version");
    }
  }
}

}  // namespace

std::vector<ListedAgent> agents_in(const FleetReport& roll_call)
{
  std::map<std::string, std::size_t> counts;
  for (const auto& node : roll_call.nodes) {
    if (is_up(node)) {
      for (const auto& agent :
           std::set<std::string>{node.presence->agents.begin(), node.presence->agents.end()}) {
        counts[agent] += ddl::is_name(agent) ? 1U : 0U;
      }
    }
  }
  std::vector<ListedAgent> agents;
  for (const auto& [name, count] : counts) {
    if (count > 0) {
      agents.push_back({name, {}, {}, count});
    }
  }
  return agents;
}

std::vector<std::string> nodes_to_describe(
    const std::vector<ListedAgent>& agents, const FleetReport& roll_call)
{
  std::set<std::string> open;
  for (const auto& agent : agents) {
    open.insert(agent.name);
  }
  std::vector<std::string> nodes;
  for (const auto& node : roll_call.nodes) {
    if (!is_up(node)) {
      continue;
    }
    std::size_t erased = 0;
    for (const auto& agent : node.presence->agents) {
      erased += open.erase(agent);
    }
    if (erased > 0) {
      nodes.push_back(node.name);
    }
  }
  return nodes;
}

void describe(std::vector<ListedAgent>& agents, const FleetReport& told)
{
  for (const auto& node : told.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer) {
      continue;
    }
    const auto* list = node.answer->data.if_contains("agents");
    if (list != nullptr && list->is_array()) {
      describe_from(list->get_array(), agents);
    }
  }
}

std::string agent_list_text(const std::vector<ListedAgent>& agents)
{
  std::string text = "Agents:\n";
  for (const auto& agent : agents) {
    auto line = "  " + padded(one_line(agent.name), name_width) + " " + one_line(agent.description);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string agent_list_json(
    const std::vector<ListedAgent>& agents, const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("plugin doc", report, context, FoundBy::presence);
  json::array list;
  for (const auto& agent : agents) {
    list.push_back(json::object{
        {"name", agent.name},
        {"description", agent.description},
        {"version", agent.version},
        {"nodes", agent.nodes}});
  }
  object["agents"] = std::move(list);
  return json_text(std::move(object));
}

}  // namespace muster::cli
