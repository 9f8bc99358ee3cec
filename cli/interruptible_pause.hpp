// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace muster::cli {

// Waits between two fleet requests, and hears Ctrl-C (and SIGTERM, SIGHUP) meanwhile. It listens as long as
// it lives, so that no signal is lost between a request and the pause after it. One thread.
class InterruptiblePause {
public:
  InterruptiblePause();

  // False: a signal came since it was made, or while it waited.
  bool wait(std::chrono::milliseconds duration);

private:
  boost::asio::io_context loop_{1};
  boost::asio::signal_set interrupts_;
  bool interrupted_ = false;
};

}  // namespace muster::cli
