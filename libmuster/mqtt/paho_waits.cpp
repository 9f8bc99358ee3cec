// SPDX-License-Identifier: Apache-2.0
//
// Paho C 1.3.12 waits where there is nothing to wait for. A program's own usleep() and poll() take precedence
// over libc's for the library too, so these two make the waits short.
//
// usleep(): fixed 100 ms when its receive thread starts before there is a socket, after a second of idleness,
// and while its threads end. That is five times what a whole `mco` run takes. Only the first of a row are
// made short, though. A receive thread without a socket (the broker is down) does nothing but wait, and would
// wake up a thousand times a second; and the end of a client waits for its threads 100 times and then frees
// what they use, whether they have ended or not: one of them may sit in poll() for a second.
//
// poll(): in every round Paho asks which sockets can be written to, without waiting, and then waits for
// input: 10 ms in the first round, a second in all others. A connection that has just been made shows by
// being writable, and is dealt with only after the wait: 10 ms over loopback, a whole second over any line
// that is slower than that.
#include "libmuster/mqtt/paho_waits.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <poll.h>
#include <span>
#include <sys/stat.h>
#include <utility>

namespace muster::mqtt {

namespace {

constexpr std::int64_t short_wait_us = 1000;
constexpr int short_waits_in_a_row = 50;
// Who did something else for so long between two waits is not in a row of waits.
constexpr std::int64_t end_of_row_us = 20'000;

std::int64_t now_us()
{
  std::timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

struct Row {
  int waits = 0;
  std::int64_t last_end_us = 0;
};

thread_local Row row;  // usleep has no argument for it

std::int64_t next_wait_us(std::int64_t asked_us)
{
  if (now_us() - row.last_end_us > end_of_row_us) {
    row.waits = 0;
  }
  row.waits = std::min(row.waits + 1, short_waits_in_a_row + 1);
  return row.waits > short_waits_in_a_row ? asked_us : std::min(asked_us, short_wait_us);
}

// What this thread has learnt of its sockets by asking which can be written to.
class Connections {
public:
  void learn(std::span<const pollfd> asked)
  {
    connecting_ = false;
    for (const auto& one : asked) {
      const auto inode = inode_of(one.fd);
      if (std::find(made_.begin(), made_.end(), inode) != made_.end()) {
        continue;
      }
      if ((one.revents & POLLOUT) != 0) {
        remember(inode);
      } else {
        connecting_ = true;
      }
    }
  }

  // Whether one has been made that nobody has dealt with yet. Asked once.
  bool take_news() { return std::exchange(news_, false); }

  [[nodiscard]] bool connecting() const { return connecting_; }

  [[nodiscard]] bool is_made(int fd) const
  {
    return std::find(made_.begin(), made_.end(), inode_of(fd)) != made_.end();
  }

private:
  // A descriptor's number is used again for the next connection; this is not.
  static ino_t inode_of(int fd)
  {
    struct stat status {};

    return ::fstat(fd, &status) == 0 ? status.st_ino : 0;
  }

  void remember(ino_t inode)
  {
    made_.at(next_) = inode;
    next_ = (next_ + 1) % made_.size();
    news_ = true;
  }

  std::array<ino_t, 8> made_{};  // a program of ours has one connection, and for a moment the one before
  std::size_t next_ = 0;
  bool news_ = false;
  bool connecting_ = false;
};

thread_local Connections connections;

int wait(std::span<pollfd> sockets, int timeout_ms)
{
  const std::timespec limit{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000L};
  return ::ppoll(sockets.data(), sockets.size(), timeout_ms < 0 ? nullptr : &limit, nullptr);
}

// Ends as well, with nothing to read, when a connection under way is made.
int wait_for_input_or_connection(std::span<pollfd> sockets, int timeout_ms)
{
  std::array<bool, 8> added{};
  for (std::size_t index = 0; index < std::min(sockets.size(), added.size()); ++index) {
    added.at(index) = !connections.is_made(sockets[index].fd);
    if (added.at(index)) {
      sockets[index].events |= POLLOUT;
    }
  }
  const int found = wait(sockets, timeout_ms);
  for (std::size_t index = 0; index < std::min(sockets.size(), added.size()); ++index) {
    if (added.at(index)) {
      sockets[index].events &= ~POLLOUT;
      sockets[index].revents &= ~POLLOUT;
    }
  }
  return found <= 0 ? found
                    : static_cast<int>(std::count_if(sockets.begin(), sockets.end(), [](const pollfd& one) {
                        return one.revents != 0;
                      }));
}

bool all_ask_for(std::span<const pollfd> sockets, int event)
{
  return std::all_of(sockets.begin(), sockets.end(), [&](const pollfd& one) {
    return (one.events & (POLLIN | POLLOUT)) == event;
  });
}

}  // namespace

void shorten_paho_waits() {}

}  // namespace muster::mqtt

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones
extern "C" int usleep(useconds_t microseconds)
{
  const auto wait_us = muster::mqtt::next_wait_us(microseconds);
  const std::timespec wait{wait_us / 1'000'000, wait_us % 1'000'000 * 1000};
  const int result = ::nanosleep(&wait, nullptr);
  muster::mqtt::row.last_end_us = muster::mqtt::now_us();
  return result;
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones
extern "C" int poll(pollfd* sockets, nfds_t count, int timeout_ms)
{
  using namespace muster::mqtt;
  const std::span asked{sockets, count};
  if (count == 0 || (timeout_ms != 0 && !all_ask_for(asked, POLLIN)) || timeout_ms < 0) {
    return wait(asked, timeout_ms);
  }
  if (timeout_ms == 0) {
    const int found = wait(asked, 0);
    if (all_ask_for(asked, POLLOUT)) {
      connections.learn(asked);
    }
    return found;
  }
  if (connections.take_news()) {
    return wait(asked, 0);
  }
  return connections.connecting() ? wait_for_input_or_connection(asked, timeout_ms) : wait(asked, timeout_ms);
}
