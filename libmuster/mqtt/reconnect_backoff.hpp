// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace muster::mqtt {

// Says how long to wait before the next try to connect. Pure: randomness comes in as an argument.
//
// Each round goes through the whole list of brokers without a pause; before round n+1, and before the first
// try after a session that stood, it waits a random time out of a window that doubles from `first_window` to
// `widest_window`. 10,000 nodes lose a broker at the same moment and meet at the next one, or at the same one
// when it comes back: mosquitto takes some 500 TLS handshakes a second and has a listen backlog of 100, so
// the widest window is what spreads them.
class ReconnectBackoff {
public:
  static constexpr std::chrono::milliseconds first_window{1000};
  static constexpr std::chrono::milliseconds widest_window{30'000};

  // A session that fell sooner is no reason to come back soon: two programs with one client id throw each
  // other out for ever, and not every broker (mosquitto 2.0.11) tells them why.
  static constexpr std::chrono::milliseconds steady_session{10'000};

  explicit ReconnectBackoff(std::size_t brokers) : brokers_{brokers} {}

  // To be called after every try that failed and after every session that fell. The pause before the next
  // try; `random` is uniform in [0, 1).
  [[nodiscard]] std::chrono::milliseconds next_pause(double random);

  // Which broker of the list the next try goes to.
  [[nodiscard]] std::size_t next_broker() const { return tries_ % brokers_; }

  // The session that stood has fallen. Its broker is tried last now: the others are more likely to be alive.
  void session_fell(std::chrono::milliseconds lasted);

  // How many sessions in a row were not steady.
  [[nodiscard]] int short_sessions() const { return short_sessions_; }

private:
  std::size_t brokers_;
  std::size_t tries_ = 0;
  std::size_t tries_in_a_row_ = 0;  // since the last session
  bool session_fell_ = false;       // just now
  int short_sessions_ = 0;
  std::chrono::milliseconds window_ = first_window;
};

}  // namespace muster::mqtt
