// SPDX-License-Identifier: Apache-2.0
#include "cli/interruptible_pause.hpp"

#include <csignal>

namespace muster::cli {

InterruptiblePause::InterruptiblePause() : interrupts_{loop_, SIGINT, SIGTERM, SIGHUP}
{
  interrupts_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) {
      interrupted_ = true;
    }
  });
}

bool InterruptiblePause::wait(std::chrono::milliseconds duration)
{
  const auto until = std::chrono::steady_clock::now() + duration;
  loop_.restart();
  loop_.poll();  // what came before
  while (!interrupted_ && std::chrono::steady_clock::now() < until) {
    loop_.restart();
    loop_.run_one_until(until);
  }
  return !interrupted_;
}

}  // namespace muster::cli
