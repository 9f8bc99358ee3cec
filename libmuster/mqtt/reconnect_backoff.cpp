// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reconnect_backoff.hpp"

#include <algorithm>
#include <utility>

namespace muster::mqtt {

std::chrono::milliseconds ReconnectBackoff::next_pause(double random)
{
  ++tries_;
  ++tries_in_a_row_;
  const bool everybody_comes_at_once = std::exchange(session_fell_, false);
  if (tries_in_a_row_ % brokers_ != 0 && !everybody_comes_at_once) {
    return std::chrono::milliseconds{0};
  }
  const auto pause = static_cast<double>(window_.count()) * random;
  window_ = std::min(window_ * 2, widest_window);
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(pause)};
}

void ReconnectBackoff::session_fell(std::chrono::milliseconds lasted)
{
  session_fell_ = true;
  tries_in_a_row_ = 0;
  if (lasted < steady_session) {
    ++short_sessions_;
  } else {
    short_sessions_ = 0;
    window_ = first_window;
  }
}

}  // namespace muster::mqtt
