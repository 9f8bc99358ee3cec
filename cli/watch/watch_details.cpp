// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_details.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "cli/output/collector_parts.hpp"
#include "cli/output/collector_report.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_values.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

using Lines = std::vector<std::string>;

struct Times {
  Milliseconds now;
  Zone zone;
};

void add_text(Lines& lines, std::string_view text)
{
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string time_text_in(const json::object& object, std::string_view member, Zone zone)
{
  const auto time = time_in(object, member);
  return time ? iso_8601(*time, zone) : "?";
}

void add_care_of(Lines& lines, const json::object& of, const Times& times)
{
  if (of.contains("acknowledgement")) {
    const auto& care = object_in(of, "acknowledgement");
    auto line = "acknowledged by " + one_line(text_in(care, "caller")) + " " +
                age_of(care, "set", times.now) + " ago";
    line += flag_in(care, "sticky") ? ", until it is OK" : "";
    line += care.contains("expires") ? ", until " + time_text_in(care, "expires", times.zone) : "";
    lines.push_back(line + ": " + one_line(text_in(care, "comment")));
  }
  if (of.contains("downtime")) {
    const auto& care = object_in(of, "downtime");
    lines.push_back(
        "downtime by " + one_line(text_in(care, "caller")) + " until " +
        time_text_in(care, "end", times.zone) + ": " + one_line(text_in(care, "comment")));
  }
}

void add_service(Lines& lines, const json::object& service, const Times& times)
{
  lines.push_back(fmt::format(
      "{} for {}, since {}",
      to_string(state_in(service, "state")),
      age_of(service, "since", times.now),
      time_text_in(service, "since", times.zone)));
  lines.push_back(fmt::format(
      "last result {} ago; attempt {}, {}",
      age_of(service, "last_result", times.now),
      number_in(service, "attempt"),
      flag_in(service, "hard") ? "confirmed" : "not confirmed yet"));
  for (const auto& [member, words] :
       {std::pair{"flapping", "flapping: it changes its state too often"},
        {"stale", "a result that should have come did not"},
        {"unreachable", "what it depends on is broken"}}) {
    if (flag_in(service, member)) {
      lines.emplace_back(words);
    }
  }
  add_care_of(lines, service, times);
  lines.emplace_back();
  add_text(lines, indented(text_in(service, "summary")));
  add_text(lines, indented(text_in(service, "details")));
  add_text(lines, indented(text_in(service, "perfdata")));
}

const json::object& found_in(
    const json::array& list, std::string_view member, std::string_view node, std::string_view check)
{
  static const json::object none;
  for (const auto& element : list) {
    const auto* object = element.if_object();
    if (object != nullptr && text_in(*object, member) == node && text_in(*object, "check") == check) {
      return *object;
    }
  }
  return none;
}

Lines node_lines(const std::string& name, const json::object& told, const Times& times)
{
  const auto& node = found_in(array_in(told, "nodes"), "name", name, {});
  if (node.empty()) {
    return {one_line(name), "It is up again."};
  }
  Lines lines{one_line(name)};
  lines.push_back(
      one_line(text_in(node, "status")) + " for " + age_of(node, "since", times.now) + ", since " +
      time_text_in(node, "since", times.zone));
  add_care_of(lines, node, times);
  return lines;
}

}  // namespace

std::vector<std::string> details_lines(
    const std::string& key,
    const json::object& told,
    const json::object& history,
    Milliseconds now,
    Zone zone)
{
  const Times times{now, zone};
  const auto border = std::min(key.find('\n'), key.size());
  const auto node = key.substr(0, border);
  const auto check = key.substr(std::min(border + 1, key.size()));
  if (check.empty()) {
    return node_lines(node, told, times);
  }
  Lines lines{one_line(check) + " of " + one_line(node)};
  const bool has_come = history.contains("service");
  const auto& service =
      has_come ? object_in(history, "service") : found_in(array_in(told, "services"), "node", node, check);
  if (service.empty()) {
    lines.emplace_back("It is no problem any more.");
    return lines;
  }
  add_service(lines, service, times);
  if (has_come) {
    auto rest = history;
    rest.erase("service");
    OutputOptions options;
    options.zone = zone;
    lines.emplace_back();
    add_text(lines, history_text(rest, now, options));
  }
  return lines;
}

}  // namespace muster::cli
