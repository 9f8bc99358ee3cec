// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/check_runs.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/sendable.hpp"

namespace muster::protocol {

namespace {

constexpr std::size_t longest_check_name = 256;
constexpr std::size_t around_the_runs = 128;  // {"commands":[],"states_only":{"OK":[], … },"left_out":10000}
constexpr std::string_view text_left_out = "[text left out: the answer has no room for it]";
constexpr std::array<CheckState, 4> all_states{
    CheckState::ok, CheckState::warning, CheckState::critical, CheckState::unknown};

Time in_milliseconds(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

Expected<CheckResult> run_from_json(const json::object& object, const std::string& path)
{
  JsonReader reader{object, path};
  CheckResult run;
  run.check = reader.string("command", longest_check_name);
  run.state = state_from_exit_code(static_cast<int>(reader.integer("exitcode", 0, 3)));
  run.summary = reader.string("output", largest_message);
  run.details = reader.optional_string("details", largest_message);
  run.perfdata = reader.optional_string("perfdata", largest_message);
  run.started = reader.optional_time("started");
  run.finished = reader.optional_time("finished");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return run;
}

// Bytes of one element of a list, with the comma behind it.
std::size_t size_in_list(const json::value& element)
{
  return json::serialize(element).size() + 1;
}

std::size_t size_of_name(std::string_view check)
{
  return size_in_list(json::value(sendable_text(check, longest_check_name)));
}

// Bytes of a run whose texts are cut as far as they can be.
std::size_t shortest_size(const CheckResult& run)
{
  CheckResult shortest = run;
  for (auto* text : {&shortest.summary, &shortest.details, &shortest.perfdata}) {
    *text = sendable_text(*text, shortest_cut);
  }
  return size_in_list(to_json(shortest));
}

std::vector<std::size_t> worst_first(const std::vector<CheckResult>& runs)
{
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&runs](std::size_t left, std::size_t right) {
    return severity(runs[left].state) > severity(runs[right].state);
  });
  return order;
}

// Which runs keep their texts: the worst, as many as there is room for.
std::vector<bool> with_texts(const std::vector<CheckResult>& runs, std::size_t most)
{
  std::vector<bool> kept(runs.size());
  std::size_t size = around_the_runs;
  for (const auto& run : runs) {
    size += size_of_name(run.check);
  }
  for (const auto index : worst_first(runs)) {
    size += shortest_size(runs[index]) - size_of_name(runs[index].check);
    if (size > most) {
      break;
    }
    kept[index] = true;
  }
  return kept;
}

// The runs that keep their states only.
struct Rest {
  void add(const CheckResult& run)
  {
    auto& names = states_only[muster::to_string(run.state)];
    (names.is_array() ? names.get_array() : names.emplace_array())
        .emplace_back(sendable_text(run.check, longest_check_name));
    size += size_of_name(run.check);
  }

  json::object states_only;
  std::size_t size = 0;
};

bool is_mild(const json::value& run)
{
  return run.as_object().at("exitcode") == 0;
}

// Nobody looks at the texts of what is well as closely as at those of the problems: they are cut first.
void cut_the_mild(json::array& commands, std::size_t most)
{
  std::size_t of_problems = 0;
  json::array mild;
  for (auto& run : commands) {
    if (is_mild(run)) {
      mild.push_back(std::move(run));
      run = nullptr;
    } else {
      of_problems += size_in_list(run);
    }
  }
  json::object list{{"runs", std::move(mild)}};
  static_cast<void>(make_sendable(list, most - std::min(most, of_problems)));
  auto next = list["runs"].as_array().begin();
  for (auto& run : commands) {
    if (run.is_null()) {
      run = std::move(*next++);
    }
  }
}

Expected<void> read_runs(const json::object& data, std::vector<CheckResult>& runs)
{
  const auto& commands = data.at("commands");
  if (!commands.is_array() || commands.get_array().size() > most_runs) {
    return failure(
        ErrorCode::invalid_input, "data.commands: expected at most " + std::to_string(most_runs) + " runs");
  }
  const json::object none;
  for (const auto& element : commands.get_array()) {
    const auto path = "data.commands[" + std::to_string(runs.size()) + "]";
    auto run = run_from_json(element.is_object() ? element.get_object() : none, path);
    if (!run) {
      return tl::unexpected{run.error()};
    }
    runs.push_back(std::move(*run));
  }
  return {};
}

Expected<void> read_states_only(const json::object& data, std::vector<CheckResult>& runs)
{
  JsonReader outer{data, "data"};
  JsonReader states{outer.object("states_only"), "data.states_only"};
  for (const auto state : all_states) {
    for (auto& check : states.strings(muster::to_string(state), most_runs, longest_check_name)) {
      CheckResult run;
      run.check = std::move(check);
      run.state = state;
      run.summary = text_left_out;
      runs.push_back(std::move(run));
    }
  }
  if (outer.error() || states.error()) {
    return tl::unexpected{outer.error() ? *outer.error() : *states.error()};
  }
  return {};
}

}  // namespace

json::object to_json(const CheckResult& run)
{
  json::object object;
  object["command"] = sendable_text(run.check, longest_check_name);
  object["exitcode"] = static_cast<int>(run.state);
  object["output"] = run.summary;
  object["details"] = run.details;
  object["perfdata"] = run.perfdata;
  if (run.started != std::chrono::system_clock::time_point{}) {  // else it did not run
    object["started"] = to_json(in_milliseconds(run.started));
    object["finished"] = to_json(in_milliseconds(run.finished));
  }
  return object;
}

json::object to_json(const std::vector<CheckResult>& runs)
{
  json::array commands;
  for (const auto& run : runs) {
    commands.push_back(to_json(run));
  }
  json::object object;
  object["commands"] = std::move(commands);
  return object;
}

json::object to_json_within(const std::vector<CheckResult>& runs, std::size_t most)
{
  const auto kept = with_texts(runs, most);
  Rest rest;
  json::array commands;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (kept[i]) {
      commands.push_back(to_json(runs[i]));
    } else {
      rest.add(runs[i]);
    }
  }
  cut_the_mild(commands, most - std::min(most, around_the_runs + rest.size));
  json::object object;
  object["commands"] = std::move(commands);
  if (!rest.states_only.empty()) {
    object["states_only"] = std::move(rest.states_only);
  }
  return object;
}

std::size_t states_that_fit(const std::vector<std::string>& checks, std::size_t most)
{
  std::size_t size = around_the_runs;
  const auto too_much = std::find_if(checks.begin(), checks.end(), [&size, most](const std::string& check) {
    size += size_of_name(check);
    return size > most;
  });
  return static_cast<std::size_t>(std::distance(checks.begin(), too_much));
}

Expected<std::vector<CheckResult>> check_runs_from_json(const json::object& data)
{
  std::vector<CheckResult> runs;
  if (!data.contains("commands")) {
    auto run = run_from_json(data, "data");
    if (!run) {
      return tl::unexpected{run.error()};
    }
    runs.push_back(std::move(*run));
    return runs;
  }
  auto read = read_runs(data, runs);
  if (read) {
    read = read_states_only(data, runs);
  }
  if (!read) {
    return tl::unexpected{read.error()};
  }
  return runs;
}

std::size_t checks_left_out(const json::object& data)
{
  JsonReader reader{data, "data"};
  constexpr std::int64_t most = 1'000'000;
  return static_cast<std::size_t>(reader.optional_integer("left_out", 0, most, 0));
}

}  // namespace muster::protocol
