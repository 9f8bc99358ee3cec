// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/systemd_notify.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace muster::runtime {

namespace {

using namespace std::chrono_literals;

// Stands where systemd stands: a bound datagram socket.
class NotifySocket {
public:
  explicit NotifySocket(std::string name)
      : name_{std::move(name)}, socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name_.begin(), name_.end(), std::begin(address.sun_path));
    const bool abstract = name_.front() == '@';
    if (abstract) {
      address.sun_path[0] = '\0';
    }
    const auto length = offsetof(sockaddr_un, sun_path) + name_.size() + (abstract ? 0U : 1U);
    bound_ =
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)) == 0;
  }

  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  NotifySocket(NotifySocket&&) = delete;
  NotifySocket& operator=(NotifySocket&&) = delete;

  ~NotifySocket()
  {
    ::close(socket_);
    if (name_.front() == '/') {
      ::unlink(name_.c_str());
    }
  }

  [[nodiscard]] bool bound() const { return bound_; }

  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] std::string received() const
  {
    std::array<char, 4096> text{};
    const auto size = ::recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? "nothing" : std::string{text.data(), static_cast<std::size_t>(size)};
  }

private:
  std::string name_;
  int socket_;
  bool bound_ = false;
};

std::string socket_path()
{
  return (std::filesystem::temp_directory_path() / ("muster-notify-" + std::to_string(::getpid()))).string();
}

// NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread
void set(const char* name, const std::string& value)
{
  ::setenv(name, value.c_str(), 1);
}

bool is_set(const char* name)
{
  return std::getenv(name) != nullptr;
}

// NOLINTEND(concurrency-mt-unsafe)

std::int64_t monotonic_microseconds()
{
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

TEST(SystemdNotify, SendsEachStateAsOneDatagram)
{
  const NotifySocket systemd{socket_path()};
  ASSERT_TRUE(systemd.bound());
  const SystemdNotify notify{systemd.name()};
  EXPECT_TRUE(notify.ready());
  EXPECT_EQ("READY=1", systemd.received());
  EXPECT_TRUE(notify.stopping());
  EXPECT_EQ("STOPPING=1", systemd.received());
  EXPECT_TRUE(notify.watchdog());
  EXPECT_EQ("WATCHDOG=1", systemd.received());
  EXPECT_EQ("nothing", systemd.received());
}

TEST(SystemdNotify, ReachesAnAbstractSocket)
{
  const NotifySocket systemd{"@muster-notify-test-" + std::to_string(::getpid())};
  ASSERT_TRUE(systemd.bound());
  EXPECT_TRUE(SystemdNotify{systemd.name()}.ready());
  EXPECT_EQ("READY=1", systemd.received());
}

TEST(SystemdNotify, TellsWhenAReloadBegan)
{
  const NotifySocket systemd{socket_path()};
  ASSERT_TRUE(systemd.bound());
  const auto before = monotonic_microseconds();
  EXPECT_TRUE(SystemdNotify{systemd.name()}.reloading());
  const auto after = monotonic_microseconds();
  const std::string prefix = "RELOADING=1\nMONOTONIC_USEC=";
  const auto text = systemd.received();
  ASSERT_TRUE(text.starts_with(prefix)) << text;
  const auto told = std::stoll(text.substr(prefix.size()));
  EXPECT_LE(before, told);
  EXPECT_GE(after, told);
}

TEST(SystemdNotify, CannotBeMadeToSendASecondStateByAStatus)
{
  const NotifySocket systemd{socket_path()};
  ASSERT_TRUE(systemd.bound());
  const SystemdNotify notify{systemd.name()};
  EXPECT_TRUE(notify.status("12 checks\nMAINPID=1"));
  EXPECT_EQ("STATUS=12 checks MAINPID=1", systemd.received());
  EXPECT_TRUE(notify.status(std::string(255, 'a') + "ü"));
  EXPECT_EQ("STATUS=" + std::string(255, 'a'), systemd.received());
}

TEST(SystemdNotify, DoesNothingWhereNobodyListens)
{
  const SystemdNotify notify{""};
  EXPECT_FALSE(notify.enabled());
  EXPECT_TRUE(notify.ready());
  EXPECT_TRUE(notify.reloading());
}

TEST(SystemdNotify, SaysThatASocketCannotBeReached)
{
  const auto sent = SystemdNotify{"/nonexistent/notify"}.ready();
  ASSERT_FALSE(sent);
  EXPECT_EQ("cannot notify systemd at /nonexistent/notify: No such file or directory", sent.error().message);
  EXPECT_FALSE(SystemdNotify{"relative"}.ready());
  EXPECT_FALSE(SystemdNotify{"/" + std::string(200, 'x')}.ready());
}

TEST(SystemdNotify, TakesItsVariablesOutOfTheEnvironment)
{
  const NotifySocket systemd{socket_path()};
  ASSERT_TRUE(systemd.bound());
  set("NOTIFY_SOCKET", systemd.name());
  set("WATCHDOG_USEC", "30000000");
  set("WATCHDOG_PID", std::to_string(::getpid()));
  const auto notify = SystemdNotify::take_from_environment();
  EXPECT_EQ(30s, notify.watchdog_timeout());
  EXPECT_TRUE(notify.ready());
  EXPECT_EQ("READY=1", systemd.received());
  EXPECT_FALSE(is_set("NOTIFY_SOCKET") || is_set("WATCHDOG_USEC") || is_set("WATCHDOG_PID"));
  EXPECT_FALSE(SystemdNotify::take_from_environment().enabled());
}

TEST(SystemdWatchdog, IsForTheProcessItNames)
{
  EXPECT_EQ(2s, watchdog_for("2000000", "42", 42));
  EXPECT_EQ(2s, watchdog_for("2000000", nullptr, 42));
  EXPECT_FALSE(watchdog_for("2000000", "43", 42));
  EXPECT_FALSE(watchdog_for("2000000", "", 42));
}

TEST(SystemdWatchdog, IsOffWithoutATimeThatMakesSense)
{
  for (const auto* usec : {"", "0", "-5", "abc", "5s", "99999999999999999999"}) {
    EXPECT_FALSE(watchdog_for(usec, nullptr, 42)) << usec;
  }
  EXPECT_FALSE(watchdog_for(nullptr, nullptr, 42));
}

}  // namespace muster::runtime
