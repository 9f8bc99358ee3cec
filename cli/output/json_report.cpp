// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output/json_text.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

std::string_view to_string(Fate fate)
{
  constexpr std::array<std::string_view, 6> words{"done", "not_meant", "refused", "late", "lost", "gone"};
  return words.at(static_cast<std::size_t>(fate));
}

double in_milliseconds(std::chrono::microseconds duration)
{
  return static_cast<double>(duration.count()) / 1000.0;
}

// Whom a roll-call alone has found: nobody asked them, so they are no loss.
std::size_t count_up(const FleetReport& report, FoundBy found_by)
{
  const auto up =
      std::count_if(report.nodes.begin(), report.nodes.end(), [found_by](const NodeAccount& node) {
        return node.fate != Fate::done && is_found(node, found_by);
      });
  return static_cast<std::size_t>(up);
}

json::object stats_of(const FleetReport& report, Zone zone, FoundBy found_by)
{
  auto account = report.account;
  const auto up = count_up(report, found_by);
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

json::object node_of(const NodeAccount& node, FoundBy found_by)
{
  json::object object;
  const bool is_up = node.fate != Fate::done && is_found(node, found_by);
  object["name"] = node.name;
  object["fate"] = is_up ? "up" : to_string(node.fate);
  put_answer(object, node);
  if (!node.note.empty() && !is_up) {
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

json::object counts_of(const StateCounts& counts)
{
  json::object object;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    object[muster::to_string(static_cast<CheckState>(i))] = counts.at(i);
  }
  return object;
}

json::array checks_of(const NrpeView& view)
{
  json::array checks;
  for (const auto& block : view.blocks) {
    json::object check;
    check["check"] = block.check;
    check["counts"] = counts_of(block.counts);
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string time_of(std::chrono::system_clock::time_point time, Zone zone)
{
  return iso_8601_precise(std::chrono::floor<std::chrono::milliseconds>(time), zone);
}

json::object result_of(const CheckRow& row, Zone zone)
{
  const auto& result = row.result;
  json::object object;
  object["check"] = result.check;
  object["state"] = muster::to_string(result.state);
  object["exit_code"] = static_cast<int>(result.state);
  object["summary"] = result.summary;
  object["details"] = result.details;
  object["perfdata"] = result.perfdata;
  if (row.run_time) {
    object["started"] = time_of(result.started, zone);
    object["finished"] = time_of(result.finished, zone);
    object["run_time_ms"] = in_milliseconds(*row.run_time);
  }
  return object;
}

void put_results(json::array& nodes, const NrpeView& view, Zone zone)
{
  std::map<std::string_view, json::array> results;
  for (const auto& block : view.blocks) {
    for (const auto& row : block.rows) {
      results[row.node].push_back(result_of(row, zone));
    }
  }
  for (auto& node : nodes) {
    auto& object = node.get_object();
    const auto& name = object["name"].get_string();
    const auto found = results.find(std::string_view{name.data(), name.size()});
    if (found != results.end()) {
      object["results"] = std::move(found->second);
    }
  }
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

}  // namespace

std::string nrpe_json(const FleetReport& report, const NrpeView& view, const JsonContext& context)
{
  auto object = report_of("nrpe", report, context, FoundBy::answer);
  object["counts"] = counts_of(view.totals);
  object["checks"] = checks_of(view);
  auto nodes = nodes_of(report, FoundBy::answer);
  put_results(nodes, view, context.zone);
  object["nodes"] = std::move(nodes);
  return json_text(std::move(object));
}

std::string ping_json(const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("ping", report, context, FoundBy::answer);
  object["nodes"] = nodes_of(report, FoundBy::answer);
  return json_text(std::move(object));
}

std::string find_json(const FleetReport& report, FoundBy found_by, const JsonContext& context)
{
  auto object = report_of("find", report, context, found_by);
  json::array found;
  for (const auto& node : report.nodes) {
    if (is_found(node, found_by)) {
      found.emplace_back(node.name);
    }
  }
  object["found"] = std::move(found);
  object["nodes"] = nodes_of(report, found_by);
  return json_text(std::move(object));
}

std::string forget_json(const FleetReport& report, const Forgotten& result, const JsonContext& context)
{
  auto object = report_of("forget", report, context, FoundBy::presence);
  object.erase("no_response");  // nobody was asked
  object["forgotten"] = json::array(result.forgotten.begin(), result.forgotten.end());
  json::array kept;
  for (const auto& [name, why] : result.kept) {
    kept.push_back({{"name", name}, {"why", why}});
  }
  object["kept"] = std::move(kept);
  return json_text(std::move(object));
}

std::string failure_json(const std::vector<Error>& errors, int exit_status)
{
  json::array messages;
  for (const auto& error : errors) {
    messages.emplace_back(error.message);
  }
  return json_text(json::object{{"exit_status", exit_status}, {"errors", std::move(messages)}});
}

}  // namespace muster::cli
