// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "checkagent/run_as.hpp"
#include "checkagent/run_queue.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

// A program of the system that is asked for something: its path and arguments, never a shell.
struct ToolCommand {
  std::vector<std::string> words;
  std::chrono::steady_clock::time_point deadline;
  std::optional<RunAs> run_as;
};

// How it ended, and the first 4 KiB of what it printed: standard output, or if that is empty, standard error.
struct ToolOutput {
  int exit_code = 0;
  std::string text;
};

// Runs it as plugins are run: counted in the queue, in the C locale, killed at its deadline. Fails with
// `denied` when the queue is full, with `timed_out` at the deadline, with `not_found` when it cannot be
// started or was killed by somebody.
boost::asio::awaitable<Expected<ToolOutput>> run_tool(RunQueue& queue, ToolCommand command);

}  // namespace muster::checkagent
