// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_parts.hpp"

#include <algorithm>
#include <array>

namespace muster::cli {

namespace json = boost::json;
using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

namespace {

std::string_view to_string(Fate fate)
{
  constexpr std::array<std::string_view, 6> words{"done", "not_meant", "refused", "late", "lost", "gone"};
  return words.at(static_cast<std::size_t>(fate));
}

// Whom a roll-call alone has found: nobody asked them, so they are no loss.
bool is_up(const NodeAccount& node, FoundBy found_by)
{
  return node.fate != Fate::done && is_found(node, found_by);
}

json::object stats_of(const FleetReport& report, Zone zone, FoundBy found_by)
{
  auto account = report.account;
  const auto up = static_cast<std::size_t>(
      std::count_if(report.nodes.begin(), report.nodes.end(), [found_by](const NodeAccount& node) {
        return is_up(node, found_by);
      }));
  account.asked -= up;
  account.lost -= up;
  json::object stats;
  stats["started"] = iso_8601_precise(report.started, zone);
  stats["discovery_ms"] = in_milliseconds(report.discovery);
  stats["total_ms"] = in_milliseconds(report.total);
  stats["known"] = account.known;
  stats["gone"] = account.gone;
  if (found_by == FoundBy::presence) {
    stats["up"] = up;
  }
  stats["asked"] = account.asked;
  stats["done"] = account.done;
  stats["not_meant"] = account.not_meant;
  stats["refused"] = account.refused;
  stats["late"] = account.late;
  stats["lost"] = account.lost;
  stats["expected"] = report.roll_call_complete ? json::value(account.expected()) : json::value(nullptr);
  stats["interrupted"] = report.interrupted;
  stats["duplicates"] = report.duplicates;
  stats["rejected"] = report.rejected;
  return stats;
}

void put_answer(json::object& object, const NodeAccount& node)
{
  if (!node.answer) {
    return;
  }
  object["round_trip_ms"] = in_milliseconds(node.round_trip);
  object["clock_offset_ms"] = node.clock_offset.count();
  if (node.fate == Fate::done) {
    object["status"] = node.answer->status;
  }
  if (node.fate == Fate::refused) {
    object["reason"] = protocol::to_string(node.answer->reason);
  }
  if (!node.answer->message.empty()) {
    object["message"] = node.answer->message;
  }
}

json::array no_response(const FleetReport& report, FoundBy found_by)
{
  json::array names;
  for (const auto& node : report.nodes) {
    const bool silent = node.fate == Fate::late || node.fate == Fate::lost || node.fate == Fate::gone;
    if (silent && !is_found(node, found_by)) {
      names.emplace_back(node.name);
    }
  }
  return names;
}

}  // namespace

double in_milliseconds(std::chrono::microseconds duration)
{
  return static_cast<double>(duration.count()) / 1000.0;
}

json::object node_of(const NodeAccount& node, FoundBy found_by)
{
  json::object object;
  object["name"] = node.name;
  object["fate"] = is_up(node, found_by) ? "up" : to_string(node.fate);
  put_answer(object, node);
  if (!node.note.empty() && !is_up(node, found_by)) {
    object["note"] = node.note;
  }
  if (node.last_seen) {
    object["last_seen_seconds"] = std::max<std::int64_t>(node.last_seen->count(), 0);
  }
  if (node.presence && !node.presence->health.empty()) {
    object["health"] = json::array(node.presence->health.begin(), node.presence->health.end());
  }
  return object;
}

json::array nodes_of(const FleetReport& report, FoundBy found_by)
{
  json::array nodes;
  for (const auto& node : report.nodes) {
    nodes.push_back(node_of(node, found_by));
  }
  return nodes;
}

json::object report_of(
    std::string_view command, const FleetReport& report, const JsonContext& context, FoundBy found_by)
{
  json::object object;
  object["command"] = command;
  object["request_id"] = context.request_id;
  object["exit_status"] = context.exit_status;
  object["stats"] = stats_of(report, context.zone, found_by);
  object["no_response"] = no_response(report, found_by);
  return object;
}

}  // namespace muster::cli
