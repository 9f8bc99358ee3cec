// SPDX-License-Identifier: Apache-2.0
//
// The collector's answers as people read them.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "cli/output/collector_parts.hpp"
#include "cli/output/collector_report.hpp"
#include "cli/output/coloured_state.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_values.hpp"
#include "cli/output/same_trouble.hpp"
#include "libmuster/model/filter_words.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t state_width = 9;
constexpr std::size_t age_width = 7;
constexpr std::size_t name_width = 20;
constexpr std::size_t strip_columns = 60;

// The word is padded before it is coloured: colours take no columns.
std::string state_word(CheckState state, const TextStyle& style)
{
  const std::string blanks(state_width - std::min(state_width, to_string(state).size()), ' ');
  return coloured(state, style) + blanks;
}

std::string line_of(
    const json::object& service,
    const std::vector<std::string>& nodes,
    const std::string& summary,
    WallClock now,
    const TextStyle& style)
{
  auto line = state_word(state_in(service, "state"), style) + " " +
              padded(age_of(service, "since", now), age_width) + " " +
              padded(one_line(text_in(service, "check")), name_width) + " ";
  line += nodes.size() == 1 ? padded(one_line(nodes.front()), name_width) + " "
                            : fmt::format("{} nodes: {}: ", nodes.size(), names_text(nodes));
  return line + one_line(summary) + marks_of(service) + "\n";
}

// What says the same on many nodes is told once. The order is that of the answer.
std::string lines_of(
    const std::vector<const json::object*>& services, WallClock now, const OutputOptions& options)
{
  std::vector<Trouble> troubles;
  std::map<std::string, const json::object*> first;
  troubles.reserve(services.size());
  for (const auto* service : services) {
    auto kind = text_in(*service, "state") + "\n" + text_in(*service, "check") + "\n" + marks_of(*service);
    first.try_emplace(text_in(*service, "node") + "\n" + kind, service);
    troubles.push_back({text_in(*service, "node"), std::move(kind), text_in(*service, "summary")});
  }
  std::string text;
  for (auto& same : same_troubles(troubles, options.verbose ? 0 : options.group)) {
    const auto found = first.find(same.nodes.front() + "\n" + same.kind);
    std::sort(same.nodes.begin(), same.nodes.end());
    text += line_of(*found->second, same.nodes, same.text, now, options.style);
  }
  return text;
}

std::string headline_of(const json::object& told, const TextStyle& style)
{
  const auto& counts = object_in(told, "counts");
  const auto& nodes = object_in(counts, "nodes");
  const auto& services = object_in(counts, "services");
  const auto& open = object_in(counts, "need_somebody");
  const auto not_up = not_up_text(told);
  std::string problems = not_up.empty() ? "" : style.red(not_up);
  for (const auto& [member, state] :
       {std::pair{"critical", CheckState::critical},
        {"unknown", CheckState::unknown},
        {"warning", CheckState::warning}}) {
    if (const auto count = number_in(open, member); count > 0) {
      problems += fmt::format("{}{} {}", problems.empty() ? "" : ", ", count, coloured(state, style));
    }
  }
  return fmt::format(
      "{}; {} checks OK; nodes: {} up, {} gone, {} stopped\n",
      problems.empty() ? style.green("Nothing needs anybody") : problems,
      number_in(services, "ok"),
      number_in(nodes, "up"),
      number_in(nodes, "gone"),
      number_in(nodes, "stopped"));
}

std::string gone_lines(const json::object& told, WallClock now, const TextStyle& style)
{
  std::string text;
  for (const auto& element : array_in(told, "nodes")) {
    const auto* node = element.if_object();
    if (node == nullptr) {
      continue;
    }
    const auto status = one_line(text_in(*node, "status"));
    const auto word = padded(status, state_width);
    text += (status == "stopped" ? style.yellow(word) : style.red(word)) + " " +
            padded(age_of(*node, "since", now), age_width) + " " + one_line(text_in(*node, "name")) +
            care_marks(*node) + "\n";
  }
  if (const auto left_out = number_in(told, "nodes_left_out"); left_out > 0) {
    text += fmt::format("and {} more\n", left_out);
  }
  return text;
}

// Where its check of itself is among those shown, all is said.
bool shows_itself(const json::object& told)
{
  const auto name = text_in(object_in(told, "health"), "name");
  const auto& services = array_in(told, "services");
  return std::any_of(services.begin(), services.end(), [&](const json::value& element) {
    const auto* service = element.if_object();
    return service != nullptr && !name.empty() && text_in(*service, "node") == name;
  });
}

std::string health_lines(const json::object& told, const TextStyle& style)
{
  std::string text;
  if (shows_itself(told)) {
    return text;
  }
  for (const auto& problem : array_in(object_in(told, "health"), "problems")) {
    if (const auto* sentence = problem.if_string()) {
      text += style.red("The collector itself: ") + one_line(*sentence) + "\n";
    }
  }
  return text;
}

std::string listed(const json::array& names)
{
  std::string text;
  for (const auto& one : names) {
    if (const auto* name = one.if_string()) {
      text += (text.empty() ? "" : ", ") + one_line(*name);
    }
  }
  return text;
}

// Of one collector that asks there is nothing to tell.
std::string lease_line(const json::object& told, const TextStyle& style)
{
  const auto& health = object_in(told, "health");
  const auto asker = one_line(text_in(health, "asker"));
  if (!flag_in(health, "asks")) {
    const auto name = one_line(text_in(health, "name"));
    return asker.empty() || asker == name
               ? (name.empty() ? "" : style.yellow("No collector asks the fleet at the moment") + "\n")
               : fmt::format("{} asks the fleet; this is told by {}, which stands by\n", asker, name);
  }
  const auto standing = listed(array_in(health, "standing_by"));
  const auto gone = listed(array_in(health, "collectors_gone"));
  if (standing.empty() && gone.empty()) {
    return {};
  }
  return fmt::format(
      "{} asks the fleet{}{}\n",
      asker,
      standing.empty() ? "" : "; standing by: " + standing,
      gone.empty() ? "" : "; " + style.red("gone: " + gone));
}

std::string event_line(const json::object& event, WallClock now, const OutputOptions& options)
{
  const auto time = time_in(event, "time").value_or(WallClock{});
  auto line = iso_8601(time, options.zone) + "  " + padded(age_of(event, "time", now), age_width) + " ";
  const auto check = one_line(text_in(event, "check"));
  line += padded(one_line(text_in(event, "node")) + (check.empty() ? "" : " " + check), 2 * name_width) + " ";
  if (text_in(event, "kind") == "state") {
    line += coloured(state_in(event, "after"), options.style) +
            (flag_in(event, "hard") ? "" : " (not confirmed)");
  } else {
    line += one_line(text_in(event, "kind"));
  }
  const auto message = one_line(text_in(event, "message"));
  const auto silence = one_line(text_in(event, "silence"));
  return line + (message.empty() ? "" : "  " + message) + (silence.empty() ? "" : "  [" + silence + "]") +
         (flag_in(event, "replayed") ? "  [learned late]" : "") + "\n";
}

std::string service_lines(const json::object& service, WallClock now, const OutputOptions& options)
{
  auto text = coloured(state_in(service, "state"), options.style) + " for " + age_of(service, "since", now) +
              ", last result " + age_of(service, "last_result", now) + " ago" + marks_of(service) + "\n" +
              indented(text_in(service, "summary"));
  if (options.verbose) {
    text += indented(text_in(service, "details"));
  }
  return text;
}

}  // namespace

namespace {

std::int64_t sum_of(const json::object& counts)
{
  std::int64_t sum = 0;
  for (const auto& member : counts) {
    sum += number_in(counts, member.key());
  }
  return sum;
}

// What was asked for: nobody has a result of that check, or nobody is there at all. Empty: there is
// something.
std::string nothing_known(const json::object& told)
{
  const auto& counts = object_in(told, "counts");
  const auto& nodes = object_in(counts, "nodes");
  const auto check = one_line(text_in(told, "check"));
  if (nodes.empty() || sum_of(object_in(counts, "services")) > 0) {
    return {};
  }
  if (sum_of(nodes) == 0) {
    return "The collector knows no such node.\n";
  }
  return check.empty() ? "" : "The collector knows no result of " + check + ".\n";
}

}  // namespace

int status_exit(const json::object& told)
{
  if (!nothing_known(told).empty()) {
    return 3;
  }
  const auto& open = object_in(object_in(told, "counts"), "need_somebody");
  const auto has = [&](std::string_view member) { return number_in(open, member) > 0; };
  return has("critical") || has("nodes") ? 2 : has("unknown") ? 3 : has("warning") ? 1 : 0;
}

std::string status_text(const json::object& told, WallClock now, const OutputOptions& options)
{
  std::vector<const json::object*> open;
  std::vector<const json::object*> rest;
  for (const auto& element : array_in(told, "services")) {
    if (const auto* service = element.if_object()) {
      (is_looked_after(*service) ? rest : open).push_back(service);
    }
  }
  const auto nothing = nothing_known(told);
  auto text = (nothing.empty() ? headline_of(told, options.style) : nothing) +
              lease_line(told, options.style) + health_lines(told, options.style);
  const auto add = [&text](const std::string& title, const std::string& lines) {
    text += lines.empty() ? "" : "\n" + title + lines;
  };
  add("", lines_of(open, now, options));
  add(options.style.bold("Looked after, expected or well:") + "\n", lines_of(rest, now, options));
  add(options.style.bold("Nodes that are not up:") + "\n", gone_lines(told, now, options.style));
  if (const auto left_out = number_in(told, "left_out"); left_out > 0) {
    text += fmt::format("\n{} more are not shown: ask for a part of the fleet\n", left_out);
  }
  return text;
}

namespace {

constexpr int not_known = -1;

// Of a part of a strip: the severity of a check's state, or of how a node was.
int severity_in(const json::object& part)
{
  if (part.contains("state")) {
    return severity(state_in(part, "state"));
  }
  const auto status = text_in(part, "status");
  if (status.empty()) {
    return not_known;
  }
  return severity(
      status == "up"        ? CheckState::ok
      : status == "stopped" ? CheckState::warning
                            : CheckState::critical);
}

// As severities, one for each column.
std::vector<int> worst_states(const json::array& parts, std::size_t columns)
{
  const auto from = number_in(parts.front().get_object(), "from");
  const auto width = std::max<std::int64_t>(number_in(parts.back().get_object(), "until") - from, 1);
  const auto column = [&](const json::object& part, std::string_view member) {
    const auto offset = std::clamp<std::int64_t>(number_in(part, member) - from, 0, width - 1);
    return static_cast<std::size_t>(offset * static_cast<std::int64_t>(columns) / width);
  };
  std::vector<int> worst(columns, not_known);
  for (const auto& element : parts) {
    const auto* part = element.if_object();
    if (part == nullptr) {
      continue;
    }
    for (auto i = column(*part, "from"); i <= column(*part, "until"); ++i) {
      worst[i] = std::max(worst[i], severity_in(*part));
    }
  }
  return worst;
}

std::string block_of(int worst, const TextStyle& style)
{
  if (worst == not_known) {
    return "·";
  }
  if (worst == severity(CheckState::ok)) {
    return style.green("▁");
  }
  if (worst == severity(CheckState::warning)) {
    return style.yellow("▄");
  }
  return worst == severity(CheckState::critical) ? style.red("█") : style.cyan("▆");
}

}  // namespace

std::string strip_text(const json::array& parts, std::size_t columns, const TextStyle& style)
{
  if (parts.empty() || columns == 0 || !parts.front().is_object() || !parts.back().is_object()) {
    return {};
  }
  std::string text;
  for (const int worst : worst_states(parts, columns)) {
    text += block_of(worst, style);
  }
  return text + "\n";
}

std::string history_text(const json::object& told, WallClock now, const OutputOptions& options)
{
  std::string text;
  if (told.contains("service")) {
    text += service_lines(object_in(told, "service"), now, options);
  }
  if (const auto strip = strip_text(array_in(told, "strip"), strip_columns, options.style); !strip.empty()) {
    text += strip + "\n";
  }
  const auto& events = array_in(told, "events");
  for (const auto& element : events) {
    if (const auto* event = element.if_object()) {
      text += event_line(*event, now, options);
    }
  }
  return events.empty() ? text + "Nothing has happened that is on record.\n" : text;
}

std::string downtime_set_text(const json::object& told)
{
  const auto name = one_line(text_in(told, "downtime"));
  const auto nodes = number_in(told, "nodes");
  const auto about = nodes == 0
                         ? std::string{", but no node that is known is meant: check the name or the filter"}
                         : fmt::format(" for {} node{}", nodes, nodes == 1 ? "" : "s");
  return "Downtime " + name + " is set" + about + ". To take it back: mco downtime remove " + name + "\n";
}

namespace {

std::string joined(const json::array& words)
{
  std::string text;
  for (const auto& word : words) {
    text += word.is_string() ? (text.empty() ? "" : " ") + std::string{word.get_string()} : "";
  }
  return text;
}

// Whom a downtime is about: all that is given must hold.
std::string whom_text(const json::object& downtime)
{
  auto text = joined(array_in(downtime, "nodes"));
  const auto filter = protocol::filter_from_json(object_in(downtime, "select"), "select");
  for (const auto& more : {text_in(downtime, "filter"), filter ? as_options(*filter) : std::string{}}) {
    text.append(text.empty() || more.empty() ? "" : " and ").append(more);
  }
  return text;
}

}  // namespace

std::string downtimes_text(const json::object& told, WallClock now, const OutputOptions& options)
{
  const auto& list = array_in(told, "downtimes");
  if (list.empty()) {
    return "No problems are expected: there is no downtime.\n";
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(list.size());
  for (const auto& element : list) {
    const auto* downtime = element.if_object();
    if (downtime == nullptr) {
      continue;
    }
    const auto start = time_in(*downtime, "start").value_or(WallClock{});
    rows.push_back(
        {text_in(*downtime, "id"),
         start > now ? "planned" : "now",
         iso_8601(start, options.zone),
         iso_8601(time_in(*downtime, "end").value_or(WallClock{}), options.zone),
         whom_text(*downtime),
         joined(array_in(*downtime, "checks")),
         text_in(*downtime, "caller"),
         text_in(*downtime, "comment")});
  }
  return table_text({"Name", "", "From", "Until", "Nodes", "Checks", "By", "Comment"}, rows, options.style);
}

std::string schedules_text(const json::object& told, WallClock now, const OutputOptions& options)
{
  std::vector<std::vector<std::string>> rows;
  for (const auto& element : array_in(told, "schedules")) {
    const auto* entry = element.if_object();
    if (entry == nullptr) {
      continue;
    }
    const auto next = time_in(*entry, "next").value_or(now);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(next - now);
    const auto every = age_text(std::chrono::seconds{number_in(*entry, "every") / 1000});
    const auto period = text_in(*entry, "period");
    rows.push_back(
        {text_in(*entry, "name"),
         text_in(*entry, "what"),
         period.empty() ? every : fmt::format("{} during {}", every, period),
         flag_in(*entry, "running") ? "running" : "in " + age_text(seconds),
         entry->contains("last") ? age_of(*entry, "last", now) + " ago" : "never",
         fmt::format("{}", number_in(*entry, "missed"))});
  }
  const auto who = lease_line(told, options.style);
  return rows.empty()
             ? "The collector has no schedule: see docs/collector.md\n"
             : who + table_text({"Name", "Checks", "Every", "Next", "Last", "Missed"}, rows, options.style);
}

}  // namespace muster::cli
