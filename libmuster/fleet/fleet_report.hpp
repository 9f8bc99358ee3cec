// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/protocol/messages.hpp"

namespace muster::fleet {

using protocol::Time;

// What became of one node in one fleet request: docs/architecture.md has the equation that these add up to.
enum class Fate { done, not_meant, refused, late, lost, gone };

struct NodeAccount {
  std::string name;
  Fate fate = Fate::lost;
  std::optional<protocol::Answer> answer;      // of done, not_meant and refused
  std::optional<protocol::Presence> presence;  // nothing: the broker has never heard of it
  std::optional<std::chrono::seconds>
      last_seen;                           // how long ago its presence was published; of the gone: since when
  std::chrono::microseconds round_trip{};  // from the request to the answer, of those that answered
  std::chrono::milliseconds clock_offset{};  // the node's clock minus ours, as far as the round trip tells
  std::string note;                          // why it is lost, refused or late, in words
};

// known = gone + asked; asked = done + not_meant + refused + late + lost. Asserted whenever a report is made.
struct Account {
  std::size_t known = 0;
  std::size_t gone = 0;
  std::size_t asked = 0;
  std::size_t done = 0;
  std::size_t not_meant = 0;
  std::size_t refused = 0;
  std::size_t late = 0;
  std::size_t lost = 0;

  // Who should have done it, and did not say that it was not meant: the second number of the headline.
  [[nodiscard]] std::size_t expected() const { return asked - not_meant; }
};

// Adds one node of this fate.
void count(Account& account, Fate fate);

struct FleetReport {
  std::vector<NodeAccount> nodes;  // sorted by name
  Account account;
  std::string request_id;
  Time started;
  std::chrono::microseconds discovery{};  // until the roll-call marker came back
  std::chrono::microseconds total{};      // until the request was over
  bool cut_short = false;                 // the time was over before the broker had told who is there
  bool roll_call_complete = false;  // false: the broker did not tell who is there; `expected` is unknown
  bool interrupted = false;         // Ctrl-C
  std::string broker_lost;          // why there was no session with the broker at the end; empty: there was
  std::uint64_t duplicates = 0;     // second final answers, ignored
  std::uint64_t rejected = 0;       // messages that broke the protocol or named another node, ignored
  std::vector<std::string> rejections;  // a few of their reasons, for -v
};

}  // namespace muster::fleet
