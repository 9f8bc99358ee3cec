// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/state/state_engine.hpp"
#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// Runs what was recorded through the state machines, to see what a collector with these rules would have
// told: the time is that of the lines, which must be about in its order. One thread; whoever makes it owns
// it.
//
// A line is one JSON object: {"time": MILLISECONDS, "message": {…}}, a check result or a presence as it is
// published (docs/protocol.md) and when it came, by which a node's clock is put right. Or a result alone,
// whose clock is trusted; or {"presence": {…}, "time": MILLISECONDS}. Empty lines are left out.
class Replay {
public:
  // A longer silence between two lines is a clock that was wrong, and takes as long to run as it is.
  static constexpr std::chrono::hours longest_gap{24 * 366};

  explicit Replay(EngineRules rules) : engine_{with_nodes(std::move(rules))} {}

  Replay(const Replay&) = delete;  // its rules look at its presences
  Replay& operator=(const Replay&) = delete;

  // What happened until this line, and with it. invalid_input: it is none of the two.
  Expected<std::vector<Event>> take_line(std::string_view line);

  // What is still held back at the end.
  std::vector<Event> finish();

private:
  [[nodiscard]] EngineRules with_nodes(EngineRules rules) const;
  Expected<std::vector<Event>> take_message(const protocol::json::object& line);
  Expected<std::vector<Event>> take_result(std::string_view text, std::optional<Time> came);
  Expected<std::vector<Event>> take_presence(const protocol::json::object& line, std::string_view member);
  Expected<std::vector<Event>> take_time(Time time);

  std::map<std::string, protocol::Presence> presences_;  // the last of each node
  StateEngine engine_;
  std::optional<Time> clock_;  // nothing: before the first line
};

// All lines of the stream, each event as event_line. What fails says in which line: "line 7: result.node: …".
Expected<void> replay(
    std::istream& lines, EngineRules rules, const std::function<void(const std::string&)>& print);

}  // namespace muster::collector
