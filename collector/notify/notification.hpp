// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/notify/notice.hpp"

namespace muster::collector {

// What is told at once: one event, or several that belong together. A plain value. All its texts come from
// nodes and are hostile but for `title` and `text`, which are printable.
struct Notification {
  // More is read by nobody; the rest is counted in the text and in `more`.
  static constexpr std::size_t most_listed = 100;

  std::string collector;
  std::string receiver;
  std::string group;                // the check or the node that they share; empty: nothing
  std::optional<CheckState> worst;  // of its events
  std::string title;                // one line: "CRITICAL: check_disk on web1 and 37 more"
  std::string text;                 // a line for each event
  std::vector<Notice> events;       // the oldest first
  std::size_t more = 0;             // that are not in `events`
  std::int64_t first_id = 0;        // of its notices, the listed and the others
  std::int64_t last_id = 0;
};

// Of all the notices, which must not be empty, the oldest first.
Notification make_notification(const std::vector<Notice>& notices, const std::string& group);

// "CRITICAL: check_disk on web1", "web1 is gone", "check_load on db1 is flapping": printable, without a line
// feed.
std::string headline(const StoredEvent& event);

// As programs read it (docs/collector.md): at most about 300 KiB.
std::string to_json(const Notification& notification);

// What a program is told besides, as environment variables.
std::vector<std::pair<std::string, std::string>> environment_of(const Notification& notification);

}  // namespace muster::collector
