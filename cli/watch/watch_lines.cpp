// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_lines.hpp"

#include <string_view>
#include <utility>

#include "cli/output/json_text.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

json::object line_at(WallClock time, const std::string& collector)
{
  return {{"command", "watch"}, {"time", protocol::to_json(time)}, {"collector", collector}};
}

std::string status_line(const StatusPolling::Told& told, const std::string& collector)
{
  auto line = line_at(told.at.wall, collector);
  for (const std::string_view member :
       {"counts", "health", "left_out", "nodes", "nodes_left_out", "services"}) {
    if (const auto* value = told.status.if_contains(member)) {
      line[member] = *value;
    }
  }
  return json_line(line);
}

}  // namespace

std::string WatchLines::next(const StatusPolling& polling, Moment now)
{
  const auto& told = polling.told();
  if (!told) {
    return {};
  }
  const auto silence = polling.silence(now);
  const bool was_silent = std::exchange(silent_, silence.has_value());
  if (silence && !was_silent) {
    auto line = line_at(now.wall, polling.collector());
    line["silent_since"] = protocol::to_json(silence->since);
    line["why"] = silence->why;
    return json_line(line);
  }
  const bool is_new = !silence && (was_silent || told->version != version_);
  if (!is_new) {
    return {};
  }
  version_ = told->version;
  return status_line(*told, polling.collector());
}

}  // namespace muster::cli
