// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::runtime {

// Tells systemd how the service is (sd_notify(3), the protocol and not the library: a datagram of lines
// KEY=VALUE to the socket that $NOTIFY_SOCKET names). Without a socket every call does nothing and succeeds.
// A failure is nothing to stop for; log it. Any thread. A call lasts at most one second, and only if systemd
// does not read.
class SystemdNotify {
public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the environment, so that no
  // plugin can speak for this service. Call it once, before threads start.
  static SystemdNotify take_from_environment();

  // `socket` is an absolute path, or '@' and an abstract name; empty: nobody listens.
  explicit SystemdNotify(std::string socket, std::optional<std::chrono::microseconds> watchdog = std::nullopt)
      : socket_{std::move(socket)}, watchdog_{watchdog}
  {}

  [[nodiscard]] bool enabled() const { return !socket_.empty(); }

  Expected<void> ready() const;
  Expected<void> status(std::string_view text) const;  // one line for `systemctl status`
  Expected<void> stopping() const;
  Expected<void> reloading() const;  // end it with ready()
  Expected<void> watchdog() const;   // still alive

  // systemd kills the service if watchdog() is not called for this long; half of it is a good interval to
  // call it at. Nothing: not watched.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_timeout() const { return watchdog_; }

private:
  [[nodiscard]] Expected<void> send(std::string_view state) const;

  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

// What WATCHDOG_USEC and WATCHDOG_PID (either may be null) mean for the process `pid`: nothing if they are
// for another process or make no sense.
std::optional<std::chrono::microseconds> watchdog_for(const char* usec, const char* pid_text, long pid);

}  // namespace muster::runtime
