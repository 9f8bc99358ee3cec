// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/child_process.hpp"

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace muster::runtime {
namespace {

namespace asio = boost::asio;

// A destructor blocks the thread for at most this long; a killed process usually needs well under a
// millisecond.
constexpr int destructor_patience_ms = 20;

std::vector<pid_t>& survivors()
{
  static std::vector<pid_t> pids;
  return pids;
}

bool try_to_reap(pid_t pid)
{
  return ::waitpid(pid, nullptr, WNOHANG) != 0;
}

}  // namespace

ChildProcess::ChildProcess(const asio::any_io_executor& executor, LaunchedProcess process)
    : pid_{process.pid}, pid_fd_{executor, process.pid_fd.release()}
{}

ChildProcess::~ChildProcess()
{
  if (pid_ < 0 || !kill_at_destruction_) {
    return;
  }
  send_signal(SIGKILL);
  pollfd ready{pid_fd_.native_handle(), POLLIN, 0};
  ::poll(&ready, 1, destructor_patience_ms);
  if (!try_to_reap(pid_)) {
    survivors().push_back(pid_);
  }
}

asio::awaitable<void> ChildProcess::ended()
{
  co_await pid_fd_.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
}

std::optional<ProcessEnd> ChildProcess::end() const
{
  siginfo_t info{};
  const auto id = static_cast<id_t>(pid_);
  if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  return ProcessEnd{info.si_code != CLD_EXITED, info.si_status};
}

// A plugin may join another group, ours for instance, where no signal to its own group finds it. It could do
// so between a look and a signal: SIGKILL goes to both without a look, but a second SIGTERM could cut a
// clean-up short.
void ChildProcess::send_signal(int number)
{
  ::kill(-pid_, number);
  if (number == SIGKILL || ::getpgid(pid_) != pid_) {
    // Straight to the kernel: glibc has had a function for it since 2.36 only.
    ::syscall(SYS_pidfd_send_signal, pid_fd_.native_handle(), number, nullptr, 0U);
  }
}

void ChildProcess::reap()
{
  try_to_reap(std::exchange(pid_, -1));
}

std::size_t processes_that_survived()
{
  std::erase_if(survivors(), try_to_reap);
  return survivors().size();
}

}  // namespace muster::runtime
