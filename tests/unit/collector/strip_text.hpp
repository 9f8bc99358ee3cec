// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "collector/board/state_strip.hpp"

namespace muster::collector::test {

// What tests of strips are written with: moments near the epoch, changes of a state, a strip as text.

inline Time at(std::chrono::milliseconds time)
{
  return Time{time};
}

inline StoredEvent change(std::chrono::milliseconds time, std::optional<CheckState> before, CheckState after)
{
  StoredEvent event;
  event.time = at(time);
  event.before = before;
  event.after = after;
  return event;
}

// "0-10 OK, 10-20 ?"
inline std::string shown(const std::vector<StripPart>& parts)
{
  std::string text;
  for (const auto& part : parts) {
    text += (text.empty() ? "" : ", ") + std::to_string(part.from.time_since_epoch().count()) + "-" +
            std::to_string(part.until.time_since_epoch().count()) + " " +
            (part.state ? std::string{to_string(*part.state)} : "?");
  }
  return text;
}

}  // namespace muster::collector::test
