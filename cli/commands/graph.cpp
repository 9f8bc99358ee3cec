// SPDX-License-Identifier: Apache-2.0
//
// mco graph: the numbers of a check as charts on the terminal, or as a picture in a file.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "cli/commands/ask_collector.hpp"
#include "cli/commands/collector.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/braille_chart.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_values.hpp"
#include "cli/terminal.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_terminal_series = 8;
constexpr std::int64_t chart_points = 120;
constexpr int exit_unknown_thing = 1;  // as of every command that asks the collector

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

const json::object* series_of(const json::object& told, const std::string& label)
{
  const json::object* found = nullptr;
  for (const auto& element : array_in(told, "series")) {
    const auto* series = element.if_object();
    if (series != nullptr && (label.empty() || text_in(*series, "label") == label)) {
      found = series;  // of a label that came back with another unit the last
      if (label.empty()) {
        break;
      }
    }
  }
  return found;
}

// What is in the picture, and what is not because it has another unit.
std::string units_text(const json::object& told, const GraphArguments& graph)
{
  const auto* asked = series_of(told, graph.label);
  if (asked == nullptr) {
    return {};
  }
  const auto unit = text_in(*asked, "unit");
  std::map<std::string, std::string> others;  // unit, its last label
  for (const auto& element : array_in(told, "series")) {
    const auto* series = element.if_object();
    if (series != nullptr && text_in(*series, "unit") != unit) {
      others[text_in(*series, "unit")] = text_in(*series, "label");
    }
  }
  std::string text;
  for (const auto& [other, label] : others) {
    text += fmt::format(
        "Not in it, because of another unit{}: --label '{}'\n",
        other.empty() ? std::string{} : " (" + one_line(other) + ")",
        one_line(label));
  }
  return text;
}

// Leaves the series of the label's unit; false: there is none of that label.
bool keep_unit(json::object& told, const std::string& label)
{
  const auto* asked = series_of(told, label);
  if (asked == nullptr) {
    return false;
  }
  const auto unit = text_in(*asked, "unit");
  json::array kept;
  for (const auto& element : array_in(told, "series")) {
    if (const auto* series = element.if_object(); series != nullptr && text_in(*series, "unit") == unit) {
      kept.push_back(element);
    }
  }
  told["series"] = std::move(kept);
  return true;
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

// Which values there are, in one number each.
json::object what_there_is(const json::object& picture)
{
  json::object data{{"node", picture.at("node")}, {"check", picture.at("check")}, {"points", 1}};
  data["span"] = picture.at("span");
  return data;
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
  json::object there_is;
  if (data.contains("node") && !arguments.quiet && !arguments.json) {
    auto told = ask_collector(arguments, *prepared, collector, "values", what_there_is(data));
    if (!told) {
      return told.error();
    }
    there_is = std::move(*told);
  }
  const auto image = fetch_picture(arguments, *prepared, collector, std::move(data));
  if (!image) {
    return image.error();
  }
  print(units_text(there_is, graph));
  return write_picture(arguments, graph.output, *image);
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
  std::size_t charts = 0;
  for (const auto& element : array_in(told, "series")) {
    const auto* series = element.if_object();
    const bool wanted = series != nullptr && is_wanted(graph, text_in(*series, "label"));
    const auto chart = wanted ? braille_chart(values_in(*series), {}) : std::string{};
    if (chart.empty() || ++charts > most_terminal_series) {
      continue;
    }
    const auto unit = one_line(text_in(*series, "unit"));
    text.append(options.style.bold(one_line(text_in(*series, "label"))));
    text.append(unit.empty() ? "" : fmt::format(" ({})", unit)).append("\n").append(chart);
  }
  if (charts == 0) {
    return "There are no numbers in that time.\n";
  }
  return charts > most_terminal_series
             ? text + fmt::format(
                          "{} more: --label LABEL shows those of its unit\n", charts - most_terminal_series)
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
  if (graph.states && !graph.label.empty()) {
    const Error error{ErrorCode::invalid_input, "--label: a value has no states: leave out --states"};
    return fail(arguments, {error}, exit_usage);
  }
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
  if (!of_fleet) {
    data.erase("label");  // all of them are told; those of its unit are picked here
  }
  data["points"] = chart_points;
  auto told = ask_once(arguments, collector, "values", data);
  if (!told) {
    return told.error();
  }
  if (!of_fleet && !graph.label.empty() && !keep_unit(*told, graph.label)) {
    const Error error{
        ErrorCode::not_found, "there is no history of a value " + graph.label + " of " + graph.check};
    return fail(arguments, {error}, exit_unknown_thing);
  }
  const auto text = charts_text(*told, graph, output_options(arguments));
  return finish(arguments, "graph", std::move(*told), 0, text);
}

}  // namespace muster::cli
