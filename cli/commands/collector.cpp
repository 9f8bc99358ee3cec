// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/collector.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/commands/ask_collector.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/collector_report.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/json_values.hpp"
#include "cli/terminal.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_pages = 100;
constexpr std::size_t downtime_id_length = 10;

WallClock now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// A fleet's problems may be more than one answer holds.
Told all_of_status(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    json::object data)
{
  auto told = ask_collector(arguments, prepared, collector, "status", data);
  for (std::size_t page = 1; told && number_in(*told, "left_out") > 0 && page < most_pages; ++page) {
    auto& services = (*told)["services"].as_array();
    data["from"] = services.size();
    auto more = ask_collector(arguments, prepared, collector, "status", data);
    if (!more || array_in(*more, "services").empty()) {
      return more ? told : more;
    }
    for (const auto& service : array_in(*more, "services")) {
      services.push_back(service);
    }
    (*told)["left_out"] = number_in(*more, "left_out");
  }
  return told;
}

// What is asked for, and what is said when it is done.
struct Wish {
  std::string command;
  std::string action;
  json::object data;
  std::string done;
  decltype(ask_collector)* way = tell_collectors;
};

int confirm(const FleetArguments& arguments, const CollectorArguments& collector, const Wish& wish)
{
  auto told = ask_once(arguments, collector, wish.action, wish.data, wish.way);
  return told ? finish(arguments, wish.command, std::move(*told), 0, wish.done) : told.error();
}

}  // namespace

int run_status(
    const FleetArguments& arguments, const CollectorArguments& collector, const StatusArguments& status)
{
  const auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  json::object data;
  data["all"] = status.all || arguments.verbose;
  if (!status.check.empty()) {
    data["check"] = status.check;
  }
  const auto filter = filter_of(arguments);
  if (filter && !filter->empty()) {
    data["select"] = protocol::to_json(*filter);
  }
  auto told = all_of_status(arguments, *prepared, collector, std::move(data));
  if (!told) {
    return told.error();
  }
  if (!status.check.empty()) {
    (*told)["check"] = status.check;
  }
  const auto text = status_text(*told, now(), output_options(arguments));
  const int exit_status = status_exit(*told);
  told->erase("token");  // for whoever asks again and again: mco watch
  return finish(arguments, "status", std::move(*told), exit_status, text);
}

int run_history(
    const FleetArguments& arguments, const CollectorArguments& collector, const HistoryArguments& history)
{
  const auto span = read_span(arguments, "--last", history.last.empty() ? "24h" : history.last);
  if (!span) {
    return span.error();
  }
  json::object data{{"most", history.most}, {"span", span->count()}};
  if (!history.last.empty()) {
    data["within"] = span->count();
  }
  if (!history.node.empty()) {
    data["node"] = history.node;
  }
  if (!history.check.empty()) {
    data["check"] = history.check;
  }
  auto told = ask_once(arguments, collector, "history", data);
  if (!told) {
    return told.error();
  }
  const auto text = history_text(*told, now(), output_options(arguments));
  return finish(arguments, "history", std::move(*told), 0, text);
}

int run_acknowledge(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const AcknowledgeArguments& acknowledge)
{
  json::object data{
      {"node", acknowledge.node}, {"comment", acknowledge.comment}, {"sticky", acknowledge.sticky}};
  if (!acknowledge.check.empty()) {
    data["check"] = acknowledge.check;
  }
  if (!acknowledge.expires.empty()) {
    const auto expires = read_span(arguments, "--expires", acknowledge.expires);
    if (!expires) {
      return expires.error();
    }
    data["expires"] = expires->count();
  }
  const auto what =
      acknowledge.check.empty() ? acknowledge.node : acknowledge.check + " of " + acknowledge.node;
  return confirm(arguments, collector, {"ack", "acknowledge", data, "Acknowledged: " + what + "\n"});
}

int run_unacknowledge(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const AcknowledgeArguments& acknowledge)
{
  json::object data{{"node", acknowledge.node}};
  if (!acknowledge.check.empty()) {
    data["check"] = acknowledge.check;
  }
  return confirm(
      arguments, collector, {"unack", "unacknowledge", data, "Nobody takes care of it any more.\n"});
}

namespace {

// Names go as names, of which a downtime takes thousands; everything else as the filter of a request.
tl::expected<json::object, int> whom(const FleetArguments& arguments)
{
  auto filter = filter_of(arguments);
  if (!filter) {
    return tl::unexpected{fail(arguments, {filter.error()}, exit_usage)};
  }
  json::object data;
  auto& names = filter->identities;
  if (!names.empty() && std::none_of(names.begin(), names.end(), is_pattern)) {
    data["nodes"] = json::array(names.begin(), names.end());
    names.clear();
  }
  if (!filter->empty()) {
    data["select"] = protocol::to_json(*filter);
  }
  return data;
}

}  // namespace

int run_downtime_add(
    const FleetArguments& arguments, const CollectorArguments& collector, const DowntimeArguments& downtime)
{
  auto data = whom(arguments);
  if (!data) {
    return data.error();
  }
  const auto length = read_span(arguments, "--for", downtime.length);
  if (!length) {
    return length.error();
  }
  (*data)["length"] = length->count();
  for (const auto& [option, text, member] :
       {std::tuple{"--in", &downtime.in, "start"}, {"--flexible", &downtime.flexible, "flexible"}}) {
    const auto span =
        text->empty() ? tl::expected<std::chrono::seconds, int>{} : read_span(arguments, option, *text);
    if (!span) {
      return span.error();
    }
    if (!text->empty()) {
      (*data)[member] =
          std::string_view{member} == "start" ? protocol::to_json(now() + *span) : span->count();
    }
  }
  if (!downtime.checks.empty()) {
    (*data)["checks"] = json::array(downtime.checks.begin(), downtime.checks.end());
  }
  (*data)["comment"] = downtime.comment;
  (*data)["downtime"] = protocol::random_word(downtime_id_length);  // the same on all collectors
  auto told = ask_once(arguments, collector, "downtime", *data, tell_collectors);
  if (!told) {
    return told.error();
  }
  const auto text = downtime_set_text(*told);
  return finish(arguments, "downtime add", std::move(*told), 0, text);
}

int run_downtime_list(const FleetArguments& arguments, const CollectorArguments& collector)
{
  auto told = ask_once(arguments, collector, "downtimes", {});
  if (!told) {
    return told.error();
  }
  const auto text = downtimes_text(*told, now(), output_options(arguments));
  return finish(arguments, "downtime list", std::move(*told), 0, text);
}

int run_downtime_remove(
    const FleetArguments& arguments, const CollectorArguments& collector, const std::string& id)
{
  return confirm(
      arguments,
      collector,
      {"downtime remove", "remove_downtime", {{"downtime", id}}, "The downtime is over.\n"});
}

int run_schedule_list(const FleetArguments& arguments, const CollectorArguments& collector)
{
  auto told = ask_once(arguments, collector, "schedules", {});
  if (!told) {
    return told.error();
  }
  const auto text = schedules_text(*told, now(), output_options(arguments));
  return finish(arguments, "schedule list", std::move(*told), 0, text);
}

int run_schedule_run(
    const FleetArguments& arguments, const CollectorArguments& collector, const std::string& name)
{
  const std::string done = "The fleet has been asked: see mco status.\n";
  return confirm(arguments, collector, {"schedule run", "run", {{"schedule", name}}, done, ask_collector});
}

}  // namespace muster::cli
