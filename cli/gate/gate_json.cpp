// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/gate_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"

namespace muster::cli::gate {

namespace {

namespace json = boost::json;
using fleet::FleetReport;

json::array words(const std::vector<std::string>& texts)
{
  json::array array(texts.begin(), texts.end());
  return array;
}

json::object reading_json(const Reading& reading)
{
  return {
      {"node", reading.node},
      {"check", reading.check},
      {"state", muster::to_string(reading.state)},
      {"summary", reading.summary},
      {"details", reading.details}};
}

json::array gaps_json(const std::vector<Gap>& gaps)
{
  json::array list;
  for (const auto& gap : gaps) {
    list.push_back(
        {{"node", gap.node},
         {"checks", words(gap.checks)},
         {"whole_node", gap.whole_node},
         {"why", gap.why}});
  }
  return list;
}

json::object allowance_json(const Tolerance& tolerance)
{
  return {
      {"most", tolerance.most},
      {"per_cent", tolerance.per_cent},
      {"accept_warning", tolerance.accept_warning}};
}

// Why the verdict is not what the lists alone would make it; empty: it is.
std::string why_of(const Ending& ending)
{
  const auto& doubt = ending.judgement.doubt;
  return doubt + (doubt.empty() || ending.why.empty() ? "" : "; ") + ending.why;
}

void put_ending(json::object& object, const Ending& ending, std::size_t expected)
{
  object["verdict"] = to_string(ending.verdict);
  object["why"] = why_of(ending);
  object["tries"] = ending.tries;
  object["took_ms"] = ending.took.count();
  object["allowed"] = allowance_json(ending.tolerance);
  object["counts"] = json::object{
      {"expected", expected}, {"problems", ending.judgement.problems}, {"missing", ending.judgement.missing}};
}

json::array problems_json(const Observation& seen, const Tolerance& tolerance)
{
  json::array problems;
  for (const auto& reading : seen.readings) {
    if (tolerance.is_problem(reading.state)) {
      problems.push_back(reading_json(reading));
    }
  }
  return problems;
}

json::array changes_json(const Comparison& comparison, Change wanted)
{
  json::array list;
  for (const auto& one : comparison.results) {
    if (one.change == wanted) {
      auto object = reading_json(one.now);
      object["before"] = one.before ? json::value(muster::to_string(*one.before)) : json::value(nullptr);
      list.push_back(std::move(object));
    }
  }
  return list;
}

}  // namespace

std::string gate_json(
    const Observation& seen, const Ending& ending, const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("gate", report, context, FoundBy::answer);
  put_ending(object, ending, seen.expected);
  object["checks"] = words(seen.checks);
  object["problems"] = problems_json(seen, ending.tolerance);
  object["missing"] = gaps_json(seen.missing);
  object["nodes"] = nodes_of(report);
  return json_text(object);
}

std::string compare_json(
    const Comparison& comparison,
    const Ending& ending,
    const StateFile& before,
    const FleetReport& report,
    const JsonContext& context)
{
  auto object = report_of("gate compare", report, context, FoundBy::answer);
  put_ending(object, ending, comparison.expected);
  object["file"] = before.name;
  object["saved"] = iso_8601_precise(before.saved, context.zone);
  object["worse"] = changes_json(comparison, Change::worse);
  object["new_problems"] = changes_json(comparison, Change::added_problem);
  object["vanished"] = gaps_json(comparison.vanished);
  object["missing"] = gaps_json(comparison.missing);
  object["still"] = changes_json(comparison, Change::still);
  object["better"] = changes_json(comparison, Change::better);
  object["new"] = changes_json(comparison, Change::added);
  object["nodes"] = nodes_of(report);
  return json_text(object);
}

std::string save_json(
    const Observation& seen, const std::string& file, const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("gate save", report, context, FoundBy::answer);
  object["file"] = file;
  object["results"] = seen.readings.size();
  object["why"] = seen.doubt;
  object["problems"] = problems_json(seen, Tolerance{});
  object["missing"] = gaps_json(seen.missing);
  object["nodes"] = nodes_of(report);
  return json_text(object);
}

}  // namespace muster::cli::gate
