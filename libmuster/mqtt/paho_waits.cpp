// SPDX-License-Identifier: Apache-2.0
//
// Paho C 1.3.12 has one way to wait, usleep(), and uses it with fixed 100 ms: when its receive thread starts
// before there is a socket, after a second of idleness, and while its threads end. That is five times what a
// whole `mco` run takes. A program's own usleep() takes precedence over libc's for the library too, so this
// one caps the wait. At 1 ms the number of wakeups of an idle client does not change: its threads then wait
// in poll() and on semaphores.
#include "libmuster/mqtt/paho_waits.hpp"

#include <algorithm>
#include <ctime>

namespace muster::mqtt {

namespace {

constexpr useconds_t longest_wait_us = 1000;

}  // namespace

void shorten_paho_waits() {}

}  // namespace muster::mqtt

extern "C" int usleep(useconds_t microseconds)
{
  const auto capped = std::min(microseconds, muster::mqtt::longest_wait_us);
  const std::timespec wait{0, static_cast<long>(capped) * 1000};
  return ::nanosleep(&wait, nullptr);
}
