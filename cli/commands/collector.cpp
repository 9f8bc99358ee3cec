// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/collector.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "cli/commands/ask_collector.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/braille_chart.hpp"
#include "cli/output/collector_report.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/json_values.hpp"
#include "cli/terminal.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_pages = 100;
constexpr std::size_t most_terminal_series = 8;
constexpr std::int64_t chart_points = 120;
constexpr std::size_t downtime_id_length = 10;

WallClock now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// The one end of all of them: JSON is what the collector told, and what it was asked for.
int finish(
    const FleetArguments& arguments,
    const std::string& command,
    json::object told,
    int status,
    const std::string& text)
{
  if (arguments.json) {
    told["command"] = command;
    told["exit_status"] = status;
    print(json_text(told));
  } else if (!arguments.quiet || status != 0) {
    print(text);
  }
  return status;
}

using Told = tl::expected<json::object, int>;

// `way`: ask_collector, or tell_collectors for what all must know.
Told ask_once(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const std::string& action,
    const json::object& data,
    decltype(ask_collector)* way = ask_collector)
{
  const auto prepared = prepare(arguments);
  return prepared ? way(arguments, *prepared, collector, action, data) : tl::unexpected{prepared.error()};
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
  const auto span = read_span(arguments, "--last", history.last);
  if (!span) {
    return span.error();
  }
  json::object data{{"most", history.most}, {"span", span->count()}};
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

namespace {

json::object graph_data(const GraphArguments& graph, std::chrono::seconds span)
{
  json::object data{{"span", span.count()}};
  const bool of_fleet = graph.fleet || graph.states;
  data["check"] = of_fleet ? graph.node : graph.check;
  if (of_fleet) {
    data["kind"] = graph.states ? "fleet_states" : "fleet_band";
  } else {
    data["node"] = graph.node;
  }
  if (!graph.label.empty()) {
    data["label"] = graph.label;
  }
  return data;
}

constexpr std::size_t most_parts = 64;

// A picture may be larger than one answer.
tl::expected<std::string, int> fetch_picture(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    json::object data)
{
  std::string image;
  for (std::size_t part = 0; part < most_parts; ++part) {
    const auto told = ask_collector(arguments, prepared, collector, "graph", data);
    if (!told) {
      return tl::unexpected{told.error()};
    }
    const auto bytes = protocol::bytes_from_base64(text_in(*told, "image"));
    if (!bytes || bytes->empty()) {
      break;
    }
    image += *bytes;
    if (number_in(*told, "left") == 0) {
      return image;
    }
    data = {{"picture", text_in(*told, "picture")}, {"from", image.size()}};
  }
  return tl::unexpected{
      fail(arguments, {{ErrorCode::invalid_input, "the collector's picture cannot be read"}}, exit_bug)};
}

int write_picture(const FleetArguments& arguments, const std::string& output, const std::string& image)
{
  std::ofstream file{output, std::ios::binary | std::ios::trunc};
  file << image;
  file.close();
  return file ? 0 : fail(arguments, {{ErrorCode::io_failure, "cannot write " + output}}, exit_permission);
}

int save_picture(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const GraphArguments& graph,
    json::object data)
{
  const auto format = std::filesystem::path{graph.output}.extension();
  if (format != ".svg" && format != ".png") {
    const Error error{
        ErrorCode::invalid_input, "-o: '" + graph.output + "': expected a file that ends in .svg or .png"};
    return fail(arguments, {error}, exit_usage);
  }
  data["format"] = format.string().substr(1);
  data["dark"] = graph.dark;
  const auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  const auto image = fetch_picture(arguments, *prepared, collector, std::move(data));
  return image ? write_picture(arguments, graph.output, *image) : image.error();
}

std::vector<std::optional<double>> values_in(const json::object& series)
{
  std::vector<std::optional<double>> values;
  const auto& array = array_in(series, "values");
  values.reserve(array.size());
  for (const auto& element : array) {
    values.push_back(element.is_number() ? std::optional{element.to_number<double>()} : std::nullopt);
  }
  return values;
}

// Of the fleet's own numbers, the times or the counts.
bool is_wanted(const GraphArguments& graph, const std::string& label)
{
  if (!graph.fleet && !graph.states) {
    return true;
  }
  const bool is_time = label == "median" || label == "p95" || label == "max";
  return is_time == graph.fleet;
}

std::string charts_text(const json::object& told, const GraphArguments& graph, const OutputOptions& options)
{
  std::string text;
  std::size_t shown = 0;
  const auto& list = array_in(told, "series");
  for (const auto& element : list) {
    const auto* series = element.if_object();
    const bool wanted = series != nullptr && is_wanted(graph, text_in(*series, "label"));
    const auto chart = wanted ? braille_chart(values_in(*series), {}) : std::string{};
    if (chart.empty() || shown == most_terminal_series) {
      continue;
    }
    const auto unit = one_line(text_in(*series, "unit"));
    text.append(options.style.bold(one_line(text_in(*series, "label"))));
    text.append(unit.empty() ? "" : fmt::format(" ({})", unit)).append("\n").append(chart);
    ++shown;
  }
  if (shown == 0) {
    return "There are no numbers in that time.\n";
  }
  return list.size() > shown ? text + fmt::format("{} more: -o FILE.svg has all\n", list.size() - shown)
                             : text;
}

}  // namespace

int run_graph(
    const FleetArguments& arguments, const CollectorArguments& collector, const GraphArguments& graph)
{
  const auto span = read_span(arguments, "--last", graph.last);
  if (!span) {
    return span.error();
  }
  const bool of_fleet = graph.fleet || graph.states;
  if (graph.check.empty() != of_fleet) {
    const Error error{
        ErrorCode::invalid_input, "expected NODE and CHECK; or CHECK alone with --fleet or --states"};
    return fail(arguments, {error}, exit_usage);
  }
  auto data = graph_data(graph, *span);
  if (!graph.output.empty()) {
    return save_picture(arguments, collector, graph, std::move(data));
  }
  data.erase("kind");
  data["points"] = chart_points;
  auto told = ask_once(arguments, collector, "values", data);
  if (!told) {
    return told.error();
  }
  const auto text = charts_text(*told, graph, output_options(arguments));
  return finish(arguments, "graph", std::move(*told), 0, text);
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
