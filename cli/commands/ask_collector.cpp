// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/ask_collector.hpp"

#include <charconv>

#include "cli/exit_code.hpp"
#include "cli/output/columns.hpp"

namespace muster::cli {

namespace {

constexpr const char* agent = "collector";
constexpr std::string_view service_prefix = "collector@";
constexpr int status_bad_data = 3;

// What the operator filters by is for the collector to apply, not for the collector to match.
CompiledFilter of_everybody()
{
  return *CompiledFilter::compile({});
}

bool is_up(const fleet::NodeAccount& node)
{
  return node.name.starts_with(service_prefix) && node.fate != fleet::Fate::gone && node.presence &&
         node.presence->state == protocol::NodeState::up;
}

std::string nobody_is_up(const fleet::FleetReport& report)
{
  std::string known;
  for (const auto& node : report.nodes) {
    if (node.name.starts_with(service_prefix)) {
      known.append(known.empty() ? " (not up: " : ", ").append(one_line(node.name));
    }
  }
  return "no collector is up" + known + (known.empty() ? "" : ")") +
         ": start one, see docs/collector.md; or ask the nodes themselves with mco nrpe";
}

tl::expected<std::string, int> find_collector(const FleetArguments& arguments, const Prepared& prepared)
{
  auto roll_call = prepared;
  roll_call.addressed.filter = of_everybody();
  auto& question = roll_call.addressed.question;
  question = {};
  question.collective.clear();
  question.roll_call_only = true;
  question.services = true;
  const auto report = ask(arguments, roll_call);
  if (!report) {
    return tl::unexpected{report.error()};
  }
  for (const auto& node : report->nodes) {
    if (is_up(node)) {
      return node.name;
    }
  }
  return tl::unexpected{fail(
      arguments,
      {{ErrorCode::not_found, nobody_is_up(*report)}},
      report->interrupted ? exit_interrupted : exit_broker)};
}

tl::unexpected<int> not_done(const FleetArguments& arguments, const fleet::NodeAccount& node)
{
  if (node.fate == fleet::Fate::refused) {
    const auto why = node.answer ? node.answer->message : node.note;
    return tl::unexpected{
        fail(arguments, {{ErrorCode::denied, node.name + " refuses: " + why}}, exit_permission)};
  }
  return tl::unexpected{fail(
      arguments,
      {{ErrorCode::timed_out,
        node.name + " gave no answer: " + (node.note.empty() ? "it is not up" : node.note)}},
      exit_broker)};
}

}  // namespace

tl::expected<protocol::json::object, int> ask_collector(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data)
{
  auto name = collector.collector.empty() ? find_collector(arguments, prepared)
                                          : tl::expected<std::string, int>{collector.collector};
  if (!name) {
    return tl::unexpected{name.error()};
  }
  auto asked = prepared;
  asked.addressed.filter = of_everybody();
  auto& question = asked.addressed.question;
  question.nodes = {*name};
  question.filter = {};
  question.agent = agent;
  question.action = action;
  question.data = data;
  const auto report = ask(arguments, asked);
  if (!report) {
    return tl::unexpected{report.error()};
  }
  const auto& node = report->nodes.front();
  if (node.fate != fleet::Fate::done || !node.answer) {
    return report->interrupted ? tl::unexpected{exit_interrupted} : not_done(arguments, node);
  }
  if (node.answer->status != 0) {
    const auto wrong = node.answer->status >= status_bad_data ? exit_usage : 1;
    return tl::unexpected{fail(arguments, {{ErrorCode::invalid_input, node.answer->message}}, wrong)};
  }
  return node.answer->data;
}

tl::expected<std::chrono::seconds, int> read_span(
    const FleetArguments& arguments, const std::string& option, const std::string& text)
{
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, wrong] = std::from_chars(text.data(), end, number);
  const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  const std::int64_t factor = unit.empty() || unit == "s" ? 1
                              : unit == "m"               ? minute
                              : unit == "h"               ? hour
                              : unit == "d"               ? day
                              : unit == "w"               ? 7 * day
                                                          : 0;
  constexpr std::int64_t longest = 3660 * day;
  if (wrong != std::errc{} || factor == 0 || number <= 0 || number > longest / factor) {
    const Error error{
        ErrorCode::invalid_input,
        option + ": '" + text.substr(0, 40) +
            "' is no duration: expected one such as 90s, 15m, 4h, 2d or 1w"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  return std::chrono::seconds{number * factor};
}

}  // namespace muster::cli
