// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/systemd_notify.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include "libmuster/runtime/utf8.hpp"

namespace muster::runtime {

namespace {

// More would fill the journal's line for the unit; a status is one short sentence.
constexpr std::size_t longest_status = 256;

tl::unexpected<Error> cannot_notify(const std::string& socket, int number)
{
  return failure(
      ErrorCode::io_failure,
      "cannot notify systemd at " + socket + ": " + std::generic_category().message(number));
}

std::optional<std::int64_t> number_in(const char* text)
{
  if (text == nullptr) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto read = std::from_chars(text, end, number);
  return read.ec == std::errc{} && read.ptr == end && end != text ? std::optional{number} : std::nullopt;
}

std::string one_line(std::string_view text)
{
  // systemd ignores a status that is no UTF-8, and a cut may halve a character.
  text = text.substr(0, longest_status);
  std::string line{text.substr(0, first_invalid_utf8(text).value_or(text.size()))};
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

std::int64_t monotonic_microseconds()
{
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

// A name with '@' in front stands for an abstract socket, whose address begins with NUL (unix(7)).
std::optional<std::pair<sockaddr_un, socklen_t>> address_of(const std::string& socket)
{
  sockaddr_un address{};
  if (socket.size() < 2 || socket.size() >= sizeof(address.sun_path) ||
      (socket.front() != '/' && socket.front() != '@')) {
    return std::nullopt;
  }
  address.sun_family = AF_UNIX;
  std::copy(socket.begin(), socket.end(), std::begin(address.sun_path));
  std::size_t length = offsetof(sockaddr_un, sun_path) + socket.size();
  if (socket.front() == '@') {
    address.sun_path[0] = '\0';
  } else {
    ++length;  // the NUL behind a path
  }
  return std::pair{address, static_cast<socklen_t>(length)};
}

int send_datagram(const sockaddr_un& address, socklen_t length, std::string_view text)
{
  const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender < 0) {
    return errno;
  }
  // A full queue of systemd must not hold the program's only thread for long.
  const timeval longest_wait{1, 0};
  ::setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof(longest_wait));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the sockets interface takes addresses
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const auto sent = ::sendto(sender, text.data(), text.size(), MSG_NOSIGNAL, generic, length);
  const int number = sent < 0 ? errno : 0;
  ::close(sender);
  return number;
}

}  // namespace

std::optional<std::chrono::microseconds> watchdog_for(const char* usec, const char* pid_text, long pid)
{
  const auto timeout = number_in(usec);
  if (!timeout || *timeout <= 0 || (pid_text != nullptr && number_in(pid_text) != pid)) {
    return std::nullopt;
  }
  return std::chrono::microseconds{*timeout};
}

SystemdNotify SystemdNotify::take_from_environment()
{
  // NOLINTBEGIN(concurrency-mt-unsafe): called before threads start
  const char* socket = std::getenv("NOTIFY_SOCKET");
  SystemdNotify notify{
      socket == nullptr ? "" : socket,
      watchdog_for(std::getenv("WATCHDOG_USEC"), std::getenv("WATCHDOG_PID"), ::getpid())};
  for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
    ::unsetenv(name);
  }
  // NOLINTEND(concurrency-mt-unsafe)
  return notify;
}

Expected<void> SystemdNotify::ready() const
{
  return send("READY=1");
}

Expected<void> SystemdNotify::status(std::string_view text) const
{
  return send("STATUS=" + one_line(text));
}

Expected<void> SystemdNotify::stopping() const
{
  return send("STOPPING=1");
}

Expected<void> SystemdNotify::reloading() const
{
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

Expected<void> SystemdNotify::watchdog() const
{
  return send("WATCHDOG=1");
}

Expected<void> SystemdNotify::send(std::string_view state) const
{
  if (!enabled()) {
    return {};
  }
  const auto address = address_of(socket_);
  if (!address) {
    return cannot_notify(socket_, EAFNOSUPPORT);
  }
  const int number = send_datagram(address->first, address->second, state);
  if (number != 0) {
    return cannot_notify(socket_, number);
  }
  return {};
}

}  // namespace muster::runtime
