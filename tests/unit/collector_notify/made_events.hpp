// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "collector/notify/notice.hpp"

namespace muster::collector::made {

inline const Time noon{std::chrono::milliseconds{1'795'348'800'000}};  // 2026-11-22 12:00 UTC, a Sunday

// A check whose problem is confirmed, or is over.
inline StoredEvent state(
    const std::string& node,
    const std::string& check,
    CheckState after = CheckState::critical,
    CheckState before = CheckState::ok)
{
  StoredEvent event;
  event.time = noon;
  event.kind = "state";
  event.node = node;
  event.service = check;
  event.before = before;
  event.after = after;
  event.hard = true;
  event.attempt = 3;
  event.message = "disk full";
  return event;
}

inline StoredEvent node(const std::string& kind, const std::string& name)
{
  StoredEvent event;
  event.time = noon;
  event.kind = kind;
  event.node = name;
  event.message = "its connection fell";
  return event;
}

inline Notice notice(std::int64_t id, StoredEvent event, Time queued = noon)
{
  return {id, queued, std::move(event)};
}

}  // namespace muster::collector::made
