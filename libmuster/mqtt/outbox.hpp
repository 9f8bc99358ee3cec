// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// Keeps QoS 1 messages that cannot go out yet. Bounded: the oldest go first, counted, because what waited
// longest is the least wanted (requests expire, check results are in the flight recorder).
class Outbox {
public:
  struct Limits {
    std::size_t messages;
    std::size_t bytes;  // of topics and payloads
  };

  // A checkagent has at most 256 answers in its reply cache (8 MiB); more than that nobody waits for.
  static constexpr Limits without_session{1024, std::size_t{8} << 20U};
  // A burst waits until the broker has acknowledged what went before: requests to each of 10,000 nodes.
  static constexpr Limits within_session{100'000, std::size_t{64} << 20U};

  void push(Message message, const Limits& limits);

  // Back to where it was taken from; limited at the next push.
  void push_front(Message message);

  [[nodiscard]] bool empty() const { return messages_.empty(); }

  // The oldest message; there must be one.
  Message pop();

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace muster::mqtt
