// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// Keeps QoS 1 messages while there is no session. Bounded: the oldest go first, counted, because what waited
// longest is the least wanted (requests expire, check results are in the flight recorder).
class Outbox {
public:
  // A checkagent has at most 256 answers in its reply cache (8 MiB); more than that nobody waits for.
  static constexpr std::size_t max_messages = 1024;
  static constexpr std::size_t max_bytes = std::size_t{8} << 20U;

  void push(Message message);
  void push_front(Message message);

  [[nodiscard]] bool empty() const { return messages_.empty(); }

  // The oldest message; there must be one.
  Message pop();

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
  void make_room();

  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace muster::mqtt
