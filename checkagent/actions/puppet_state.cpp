// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/puppet_state.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "checkagent/actions/tool_text.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::checkagent::actions {

namespace {

constexpr std::size_t longest_disable_message = 512;
constexpr double largest_number = 9'007'199'254'740'992.0;  // 2^53, what every JSON reader holds exactly

pid_t pid_in(const std::optional<std::string>& text)
{
  const auto word = text ? without_blanks(*text) : std::string_view{};
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), pid);
  return error == std::errc{} && end == word.data() + word.size() ? pid : 0;
}

// Puppet before version 3 left the file empty.
std::string message_in(const std::string& lock)
{
  const auto object = protocol::parse_object(lock);
  const auto* message = object ? object->if_contains("disabled_message") : nullptr;
  if (message == nullptr || !message->is_string()) {
    return {};
  }
  const std::string_view text{message->get_string().data(), message->get_string().size()};
  return truncate_utf8(to_valid_utf8(text), longest_disable_message, "…");
}

std::optional<double> number_in(const std::string& text)
{
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(number) && std::fabs(number) <= largest_number ? std::optional{number}
                                                                               : std::nullopt;
}

void take_section(PuppetSummary& summary, const runtime::YamlNode::Member& section)
{
  for (const auto& member : section.value.members) {
    if (member.value.kind != runtime::YamlNode::Kind::scalar) {
      continue;
    }
    if (section.key == "version" && member.key == "config") {
      summary.config_version = member.value.text;
    } else if (const auto number = number_in(member.value.text)) {
      summary.numbers.emplace(section.key + "." + member.key, *number);
    }
  }
}

std::int64_t seconds_of(std::chrono::sys_seconds time)
{
  return time.time_since_epoch().count();
}

std::string count_of(std::int64_t count, std::string_view unit)
{
  return std::to_string(count) + " " + std::string{unit} + (count == 1 ? "" : "s");
}

// The two largest units: "9 minutes 11 seconds".
std::string in_words(std::int64_t seconds)
{
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> units{
      {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
  std::string text;
  int told = 0;
  for (const auto& [length, name] : units) {
    const auto count = seconds / length;
    seconds %= length;
    constexpr int most = 2;
    if (count > 0 && told < most) {
      text += (text.empty() ? "" : " ") + count_of(count, name);
      ++told;
    }
  }
  return text.empty() ? "0 seconds" : text;
}

}  // namespace

double PuppetSummary::number(const std::string& name) const
{
  const auto found = numbers.find(name);
  return found == numbers.end() ? 0.0 : found->second;
}

Expected<PuppetSummary> parse_puppet_summary(const std::string& text)
{
  const auto document = runtime::read_yaml("last_run_summary.yaml", text);
  if (!document) {
    return tl::unexpected{document.error()};
  }
  PuppetSummary summary;
  for (const auto& section : document->root.members) {
    take_section(summary, section);
  }
  return summary;
}

std::string_view PuppetState::status() const
{
  if (!enabled) {
    return "disabled";
  }
  if (applying) {
    return "applying a catalog";
  }
  return idling() ? "idling" : "stopped";
}

PuppetState puppet_state(
    const PuppetFiles& files,
    bool started_one,
    const std::function<bool(pid_t)>& lives,
    std::chrono::sys_seconds now)
{
  PuppetState state;
  state.enabled = !files.disabled_lock;
  state.disable_message = files.disabled_lock ? message_in(*files.disabled_lock) : std::string{};
  state.applying = started_one || lives(pid_in(files.run_lock));
  state.daemon_present = lives(pid_in(files.daemon_pid));
  if (files.summary) {
    if (const auto summary = parse_puppet_summary(*files.summary)) {
      state.lastrun = static_cast<std::int64_t>(summary->number("time.last_run"));
    }
  }
  state.since_lastrun = state.lastrun > 0 ? std::max<std::int64_t>(0, seconds_of(now) - state.lastrun) : 0;
  return state;
}

BegunPuppetRun begun_run(const JobNote& note, bool process_lives)
{
  const auto seconds = [](protocol::Time time) {
    return seconds_of(std::chrono::floor<std::chrono::seconds>(time));
  };
  BegunPuppetRun run;
  run.began = seconds(note.started);
  run.ended = note.finished ? seconds(*note.finished) : 0;
  run.message = note.message;
  if (note.state == JobNote::State::done || note.state == JobNote::State::failed) {
    run.state = note.state == JobNote::State::done ? "done" : "failed";
  } else {
    run.state = is_in_progress(note, process_lives) ? "running" : "interrupted";
  }
  return run;
}

std::string describe(const PuppetState& state)
{
  return "Currently " + std::string{state.status()} + "; last completed run " +
         (state.lastrun > 0 ? in_words(state.since_lastrun) + " ago" : "unknown");
}

json::object to_json(const PuppetState& state)
{
  json::object data;
  data["enabled"] = state.enabled;
  data["disable_message"] = state.disable_message;
  data["applying"] = state.applying;
  data["daemon_present"] = state.daemon_present;
  data["idling"] = state.idling();
  data["lastrun"] = state.lastrun;
  data["since_lastrun"] = state.since_lastrun;
  data["status"] = state.status();
  data["message"] = describe(state);
  if (state.begun_run) {
    data["run_state"] = state.begun_run->state;
    data["run_began"] = state.begun_run->began;
    data["run_ended"] = state.begun_run->ended;
    data["run_message"] = state.begun_run->message;
  }
  return data;
}

json::object to_json(const PuppetSummary& summary, std::chrono::sys_seconds now)
{
  const auto whole = [&summary](const char* name) { return static_cast<std::int64_t>(summary.number(name)); };
  json::object data;
  data["total_resources"] = whole("resources.total");
  data["out_of_sync_resources"] = whole("resources.out_of_sync");
  data["failed_resources"] = whole("resources.failed");
  data["changed_resources"] = whole("resources.changed");
  data["corrected_resources"] = whole("resources.corrective_change");
  data["total_time"] = summary.number("time.total");
  data["config_retrieval_time"] = summary.number("time.config_retrieval");
  data["config_version"] = summary.config_version;
  data["lastrun"] = whole("time.last_run");
  data["since_lastrun"] = std::max<std::int64_t>(0, seconds_of(now) - whole("time.last_run"));
  return data;
}

}  // namespace muster::checkagent::actions
