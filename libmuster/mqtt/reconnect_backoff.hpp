// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace muster::mqtt {

// Says how long to wait before the next try to connect. Pure: randomness comes in as an argument.
//
// Each round goes through the whole list of brokers without a pause; before round n+1 it waits a random time
// out of a window that doubles from `first_window` to `widest_window`. A broker that comes back meets 10,000
// nodes: mosquitto takes some 500 TLS handshakes a second and has a listen backlog of 100, so the widest
// window is what spreads them.
class ReconnectBackoff {
public:
  static constexpr std::chrono::milliseconds first_window{1000};
  static constexpr std::chrono::milliseconds widest_window{30'000};

  explicit ReconnectBackoff(std::size_t brokers) : brokers_{brokers} {}

  // The pause before the next try; `random` is uniform in [0, 1).
  [[nodiscard]] std::chrono::milliseconds next_pause(double random);

  // Which broker of the list that try goes to.
  [[nodiscard]] std::size_t next_broker() const { return tries_ % brokers_; }

  // The broker just tried works: stay with it, and start with a short window after the next loss.
  void connected();

private:
  std::size_t brokers_;
  std::size_t tries_ = 0;
  std::size_t tries_in_a_row_ = 0;
  std::chrono::milliseconds window_ = first_window;
};

}  // namespace muster::mqtt
