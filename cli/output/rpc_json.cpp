// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/rpc_aggregates.hpp"
#include "cli/output/rpc_report.hpp"

namespace muster::cli {

namespace json = boost::json;

namespace {

json::array replies_of(const RpcOutcome& outcome)
{
  json::array replies;
  for (const auto& node : outcome.report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer) {
      continue;
    }
    json::object reply;
    reply["agent"] = outcome.agent;
    reply["action"] = outcome.action.name;
    reply["sender"] = node.name;
    reply["statuscode"] = node.answer->status;
    reply["statusmsg"] = node.answer->message;
    reply["data"] = node.answer->data;
    replies.push_back(std::move(reply));
  }
  return replies;
}

json::array groups_of(const RpcOutcome& outcome)
{
  json::array groups;
  for (const auto& group : outcome.groups) {
    json::array nodes;
    for (const auto& node : group.report.nodes) {
      nodes.emplace_back(node.name);
    }
    groups.push_back(json::object{
        {"value", group.value},
        {"nodes", std::move(nodes)},
        {"aggregates", aggregates_json(aggregates_of(outcome.action, group.report))}});
  }
  return groups;
}

}  // namespace

std::string rpc_json(const RpcOutcome& outcome, const JsonContext& context)
{
  auto object = report_of("rpc", outcome.report, context, FoundBy::answer);
  object["agent"] = outcome.agent;
  object["action"] = outcome.action.name;
  if (outcome.detached) {
    object["job"] = outcome.report.request_id;
  }
  object["not_asked"] = json::array(outcome.not_asked.begin(), outcome.not_asked.end());
  object["aggregates"] = aggregates_json(aggregates_of(outcome.action, outcome.report));
  if (!outcome.by.empty()) {
    object["by"] = outcome.by;
    object["groups"] = groups_of(outcome);
  }
  object["replies"] = replies_of(outcome);
  object["nodes"] = nodes_of(outcome.report);
  return json_text(std::move(object));
}

std::string request_sent_json(const std::string& id, const std::string& reply_to)
{
  json::object object{{"command", "rpc"}, {"request_id", id}, {"exit_status", 0}};
  if (!reply_to.empty()) {
    object["reply_to"] = reply_to;
  }
  return json_text(std::move(object));
}

}  // namespace muster::cli
