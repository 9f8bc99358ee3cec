// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/ask_collector.hpp"

#include <charconv>
#include <optional>
#include <variant>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_text.hpp"
#include "cli/terminal.hpp"

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

// What the roll-call tells of the collectors.
struct Collectors {
  std::vector<std::string> up;
  std::vector<std::string> away;
  std::string asker;  // of those that are up, the one that asks the fleet; empty: none says so
};

bool is_up(const fleet::NodeAccount& node)
{
  return node.fate != fleet::Fate::gone && node.presence && node.presence->state == protocol::NodeState::up;
}

// docs/protocol.md, section 5: the higher term holds. 0: it stands by, or is too old to say.
std::int64_t term_of(const fleet::NodeAccount& node)
{
  const auto* term = node.presence->facts.find("lease.term");
  const auto* number = term == nullptr ? nullptr : std::get_if<std::int64_t>(&term->value);
  return number == nullptr ? 0 : *number;
}

Collectors collectors_in(const fleet::FleetReport& report)
{
  Collectors collectors;
  std::int64_t highest = 0;
  for (const auto& node : report.nodes) {
    if (!node.name.starts_with(service_prefix)) {
      continue;
    }
    if (!is_up(node)) {
      collectors.away.push_back(node.name);
      continue;
    }
    collectors.up.push_back(node.name);
    if (term_of(node) > highest) {
      highest = term_of(node);
      collectors.asker = node.name;
    }
  }
  return collectors;
}

std::string nobody_is_up(const Collectors& collectors)
{
  std::string known;
  for (const auto& name : collectors.away) {
    known.append(known.empty() ? " (not up: " : ", ").append(one_line(name));
  }
  return "no collector is up" + known + (known.empty() ? "" : ")") +
         ": start one, see docs/collector.md; or ask the nodes themselves with mco nrpe";
}

tl::expected<Collectors, int> find_collectors(const FleetArguments& arguments, const Prepared& prepared)
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
  auto collectors = collectors_in(*report);
  if (collectors.up.empty()) {
    return tl::unexpected{fail(
        arguments,
        {{ErrorCode::not_found, nobody_is_up(collectors)}},
        report->interrupted ? exit_interrupted : exit_broker)};
  }
  return collectors;
}

// What one collector is asked; the named one, or the one that asks the fleet, or the first.
tl::expected<std::string, int> find_collector(
    const FleetArguments& arguments, const Prepared& prepared, const CollectorArguments& collector)
{
  if (!collector.collector.empty()) {
    return collector.collector;
  }
  auto collectors = find_collectors(arguments, prepared);
  if (!collectors) {
    return tl::unexpected{collectors.error()};
  }
  return collectors->asker.empty() ? collectors->up.front() : collectors->asker;
}

tl::expected<fleet::FleetReport, int> ask_by_name(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const std::vector<std::string>& names,
    const std::string& action,
    const protocol::json::object& data)
{
  auto asked = prepared;
  asked.addressed.filter = of_everybody();
  auto& question = asked.addressed.question;
  question.nodes = names;
  question.filter = {};
  question.agent = agent;
  question.action = action;
  question.data = data;
  return ask(arguments, asked);
}

// What one collector made of the question, and the exit status if that is nothing good.
struct Outcome {
  std::optional<Error> error;
  int exit_status = 0;
};

Outcome outcome_of(const fleet::NodeAccount& node)
{
  if (node.fate == fleet::Fate::refused) {
    const auto why = node.answer ? node.answer->message : node.note;
    return {Error{ErrorCode::denied, node.name + " refuses: " + why}, exit_permission};
  }
  if (node.fate != fleet::Fate::done || !node.answer) {
    const auto why = node.note.empty() ? "it is not up" : node.note;
    return {Error{ErrorCode::timed_out, node.name + " gave no answer: " + why}, exit_broker};
  }
  if (node.answer->status != 0) {
    const auto wrong = node.answer->status >= status_bad_data ? exit_usage : 1;
    return {Error{ErrorCode::invalid_input, node.answer->message}, wrong};
  }
  return {};
}

// The data of the first that did it. That another one did not is said, and is a failure in part.
tl::expected<protocol::json::object, int> told_by_all(
    const FleetArguments& arguments, const fleet::FleetReport& report)
{
  const protocol::json::object* data = nullptr;
  std::vector<Error> errors;
  int worst = 0;
  for (const auto& node : report.nodes) {
    const auto outcome = outcome_of(node);
    if (!outcome.error) {
      data = data == nullptr ? &node.answer->data : data;
      continue;
    }
    const auto& error = *outcome.error;
    const bool named = report.nodes.size() == 1 || error.message.starts_with(node.name);
    errors.push_back(named ? error : error.with_context(node.name));
    worst = worst == 0 ? outcome.exit_status : worst;
  }
  if (data != nullptr && errors.empty()) {
    return *data;
  }
  if (data != nullptr) {
    errors.push_back({ErrorCode::denied, "the other collectors did it: after a takeover it may not hold"});
    worst = 1;
  }
  return tl::unexpected{report.interrupted ? exit_interrupted : fail(arguments, errors, worst)};
}

}  // namespace

tl::expected<protocol::json::object, int> ask_collector(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data)
{
  const auto name = find_collector(arguments, prepared, collector);
  if (!name) {
    return tl::unexpected{name.error()};
  }
  const auto report = ask_by_name(arguments, prepared, {*name}, action, data);
  return report ? told_by_all(arguments, *report) : tl::unexpected{report.error()};
}

tl::expected<protocol::json::object, int> tell_collectors(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data)
{
  if (!collector.collector.empty()) {
    return ask_collector(arguments, prepared, collector, action, data);
  }
  const auto collectors = find_collectors(arguments, prepared);
  if (!collectors) {
    return tl::unexpected{collectors.error()};
  }
  const auto report = ask_by_name(arguments, prepared, collectors->up, action, data);
  return report ? told_by_all(arguments, *report) : tl::unexpected{report.error()};
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

int finish(
    const FleetArguments& arguments,
    const std::string& command,
    protocol::json::object told,
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

Told ask_once(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data,
    decltype(ask_collector)* way)
{
  const auto prepared = prepare(arguments);
  return prepared ? way(arguments, *prepared, collector, action, data) : tl::unexpected{prepared.error()};
}

}  // namespace muster::cli
