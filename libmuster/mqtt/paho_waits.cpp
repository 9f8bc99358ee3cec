// SPDX-License-Identifier: Apache-2.0
//
// Paho C 1.3.12 has one way to wait, usleep(), and uses it with fixed 100 ms: when its receive thread starts
// before there is a socket, after a second of idleness, and while its threads end. That is five times what a
// whole `mco` run takes. A program's own usleep() takes precedence over libc's for the library too, so this
// one makes the waits short.
//
// Only the first of a row, though. A receive thread without a socket (the broker is down) does nothing but
// wait, and would wake up a thousand times a second; and the end of a client waits for its threads 100 times
// and then frees what they use, whether they have ended or not: one of them may sit in poll() for a second.
#include "libmuster/mqtt/paho_waits.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>

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
