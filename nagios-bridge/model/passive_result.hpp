// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::bridge {

using Time = protocol::Time;

// A place in the queue. It grows, and is never used again: what comes later has the larger ticket. 0: before
// all.
using Ticket = std::int64_t;

// What presence says of a node, as a monitor sees its host.
struct HostState {
  bool up = true;
  Time since;            // of this state
  std::string text;      // "gone since 2026-11-29 10:00:00 UTC: …"
  bool stopped = false;  // not up because somebody stopped its checkagent, not because it died
};

// What is on the way to the monitors, as it came from the fleet.
struct QueuedItem {
  Ticket ticket = 0;
  std::string node;
  protocol::Cursor place;              // in the node's history; {0, 0} of a host's state
  std::chrono::milliseconds ahead{0};  // the node's clock, before ours; zero within two seconds
  bool replayed = false;               // fetched from the node's recorder
  std::variant<CheckResult, HostState> what;
};

// What a monitor is told: an item under the names that the monitor has for it.
struct PassiveResult {
  Ticket ticket = 0;
  std::string host;
  std::string service;  // empty: the host itself
  int state = 0;        // of a service 0 to 3; of a host 0 up, 1 down
  std::string summary;  // as in PluginOutput; each monitor is told it in its own way
  std::string details;
  std::string perfdata;
  Time started;  // by our clock
  Time finished;
  std::string source;                            // the node
  std::optional<std::chrono::seconds> lifetime;  // the monitor may call it stale after this
};

}  // namespace muster::bridge
