// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::FleetReport;

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

}  // namespace

std::string nrpe_json(const FleetReport& report, const NrpeView& view, const JsonContext& context)
{
  auto object = report_of("nrpe", report, context, FoundBy::answer);
  object["counts"] = counts_of(view.totals);
  object["checks"] = checks_of(view);
  auto nodes = nodes_of(report);
  put_results(nodes, view, context.zone);
  object["nodes"] = std::move(nodes);
  return json_text(std::move(object));
}

std::string ping_json(const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("ping", report, context, FoundBy::answer);
  object["nodes"] = nodes_of(report);
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
