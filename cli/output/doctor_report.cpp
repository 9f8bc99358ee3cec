// SPDX-License-Identifier: Apache-2.0
#include "cli/output/doctor_report.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/json_text.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using doctor::Finding;
using doctor::Findings;

std::string_view to_string(Finding::Grade grade)
{
  switch (grade) {
  case Finding::Grade::ok:
    return "ok";
  case Finding::Grade::warning:
    return "warning";
  case Finding::Grade::problem:
    break;
  }
  return "problem";
}

std::string_view to_string(protocol::NodeState state)
{
  switch (state) {
  case protocol::NodeState::up:
    return "up";
  case protocol::NodeState::stopped:
    return "stopped";
  case protocol::NodeState::gone:
    break;
  }
  return "gone";
}

std::string coloured(Finding::Grade grade, const TextStyle& style)
{
  constexpr std::size_t width = 9;  // the longest word and two blanks
  const auto word = padded(to_string(grade), width);
  switch (grade) {
  case Finding::Grade::ok:
    return style.green(word);
  case Finding::Grade::warning:
    return style.yellow(word);
  case Finding::Grade::problem:
    break;
  }
  return style.red(word);
}

std::string counted(std::size_t number, std::string_view what)
{
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

json::array findings_json(const Findings& findings)
{
  json::array array;
  for (const auto& finding : findings) {
    json::object object{
        {"grade", to_string(finding.grade)}, {"subject", finding.subject}, {"what", finding.what}};
    if (!finding.fix.empty()) {
      object["fix"] = finding.fix;
    }
    array.push_back(std::move(object));
  }
  return array;
}

json::object counts_json(const doctor::Tally& tally)
{
  return {{"ok", tally.ok}, {"warning", tally.warnings}, {"problem", tally.problems}};
}

void put_presence(const doctor::SeenPresence& seen, json::object& object)
{
  const auto& presence = seen.presence;
  object["state"] = to_string(presence.state);
  object["last_seen_seconds"] = std::max<std::int64_t>(seen.age.count(), 0);
  object["version"] = presence.version;
  object["collectives"] = json::array(presence.collectives.begin(), presence.collectives.end());
  object["agents"] = json::array(presence.agents.begin(), presence.agents.end());
  object["health"] = json::array(presence.health.begin(), presence.health.end());
}

json::object node_json(const ExaminedNode& node)
{
  json::object object{{"name", node.facts.name}};
  if (node.facts.presence) {
    put_presence(*node.facts.presence, object);
  } else {
    object["state"] = "never_seen";
  }
  const auto& account = node.facts.account;
  object["answered"] = account && account->answer.has_value();
  if (account && account->answer) {
    object["round_trip_ms"] = static_cast<double>(account->round_trip.count()) / 1000.0;
    object["clock_offset_ms"] = account->clock_offset.count();
  }
  if (account && account->fate == fleet::Fate::refused && account->answer) {
    object["reason"] = protocol::to_string(account->answer->reason);
  }
  object["findings"] = findings_json(node.findings);
  return object;
}

json::object document(std::string_view command, const Findings& all, int exit_status)
{
  return {{"command", command}, {"exit_status", exit_status}, {"counts", counts_json(tally_of(all))}};
}

}  // namespace

std::string finding_text(const Finding& finding, const TextStyle& style)
{
  auto text = coloured(finding.grade, style) + one_line(finding.subject + ": " + finding.what);
  if (!finding.fix.empty()) {
    text += "; fix: " + one_line(finding.fix);
  }
  return text + "\n";
}

std::string tally_text(const Findings& findings)
{
  const auto tally = tally_of(findings);
  return fmt::format(
      "{} ok, {}, {}\n", tally.ok, counted(tally.warnings, "warning"), counted(tally.problems, "problem"));
}

std::string doctor_json(const Findings& findings, int exit_status)
{
  auto object = document("doctor", findings, exit_status);
  object["findings"] = findings_json(findings);
  return json_text(std::move(object));
}

std::string doctor_node_json(
    const Findings& findings, const std::vector<ExaminedNode>& nodes, int exit_status)
{
  Findings all = findings;
  json::array array;
  for (const auto& node : nodes) {
    all.insert(all.end(), node.findings.begin(), node.findings.end());
    array.push_back(node_json(node));
  }
  auto object = document("doctor_node", all, exit_status);
  object["findings"] = findings_json(findings);
  object["nodes"] = std::move(array);
  return json_text(std::move(object));
}

}  // namespace muster::cli
