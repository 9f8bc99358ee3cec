// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reconnect_backoff.hpp"

#include <algorithm>

namespace muster::mqtt {

std::chrono::milliseconds ReconnectBackoff::next_pause(double random)
{
  ++tries_;
  ++tries_in_a_row_;
  if (tries_in_a_row_ % brokers_ != 0) {
    return std::chrono::milliseconds{0};
  }
  const auto pause = static_cast<double>(window_.count()) * random;
  window_ = std::min(window_ * 2, widest_window);
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(pause)};
}

void ReconnectBackoff::connected()
{
  // After a loss the same broker is tried last: the others are more likely to be alive.
  tries_in_a_row_ = 0;
  window_ = first_window;
}

}  // namespace muster::mqtt
