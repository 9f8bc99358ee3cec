// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "collector/notify/receiver_queue.hpp"

namespace muster::collector {

// A program that is to be told something: by its standard input, its environment and nothing else.
struct ProgramOrder {
  std::vector<std::string> words;  // the program's path, then its arguments; no shell reads them
  std::vector<std::pair<std::string, std::string>> environment;
  std::string input;
  std::chrono::milliseconds timeout{0};
};

// Runs it on the executor of the calling coroutine, in a process group of its own. Delivered is exit status
// 0. At the deadline the whole group is ended; after an end in order what it left running (a mail program's
// own queue) is let be. Of what it prints the beginning is kept, for the reason. Must always be called on the
// same thread: the kernel kills the program when that ends.
boost::asio::awaitable<DeliveryResult> deliver_by_program(ProgramOrder order);

}  // namespace muster::collector
