// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libmuster/runtime/process_launcher.hpp"

namespace muster::runtime {

// How a process ended.
struct ProcessEnd {
  bool signalled = false;
  int number = 0;  // exit status or signal
};

// One process of ours with its group, from its start until it is reaped. Destroyed before that, it kills
// both.
class ChildProcess {
public:
  ChildProcess(const boost::asio::any_io_executor& executor, LaunchedProcess process);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  // Returns once the process has ended, or when cancelled.
  boost::asio::awaitable<void> ended();

  // Looks without reaping: as long as a process is not reaped, its number and its group's cannot be used
  // again.
  [[nodiscard]] std::optional<ProcessEnd> end() const;

  // The group, and the process itself if it has left its group.
  void send_signal(int number);

  // From now on the destructor leaves it alone: it runs to its end, whatever becomes of us.
  void let_run() { kill_at_destruction_ = false; }

  // To be called when end() is known; nothing can be signalled any more.
  void reap();

private:
  pid_t pid_;
  bool kill_at_destruction_ = true;
  boost::asio::posix::stream_descriptor pid_fd_;
};

// Killed processes that did not end in time, such as one that waits for a dead file server; they are reaped
// later, whenever one looks. One thread only.
std::size_t processes_that_survived();

}  // namespace muster::runtime
