// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/paho_waits.hpp"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace muster::test {

namespace {

using std::chrono::steady_clock;

// Far longer than anything takes here: who waits for it in full has waited for nothing.
constexpr int long_wait_ms = 20'000;
constexpr std::chrono::seconds well_before_that{10};

class Descriptor {
public:
  explicit Descriptor(int fd) : fd_{fd} {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() { ::close(fd_); }

  operator int() const { return fd_; }  // NOLINT(google-explicit-constructor): it is one

private:
  int fd_;
};

// A listener on loopback whose queue of connections that wait for accept() is as short as can be.
class Listener {
public:
  Listener() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
  {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&address_), size);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address_), &size);
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    ::listen(fd_, 0);
  }

  [[nodiscard]] int connect_to() const
  {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
    ::connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    return fd;
  }

  void accept() const { Descriptor{::accept(fd_, nullptr, nullptr)}; }

private:
  Descriptor fd_;
  sockaddr_in address_{};
};

int ask(int fd, short event, int timeout_ms)
{
  pollfd one{fd, event, 0};
  return ::poll(&one, 1, timeout_ms);
}

std::chrono::nanoseconds waits_for_input(int fd, int timeout_ms)
{
  const auto start = steady_clock::now();
  EXPECT_EQ(ask(fd, POLLIN, timeout_ms), 0);
  return steady_clock::now() - start;
}

}  // namespace

TEST(AWaitForInput, EndsAtOnceWhenTheConnectionHasJustBeenMade)
{
  mqtt::shorten_paho_waits();
  const Listener listener;
  const Descriptor connection{listener.connect_to()};
  EXPECT_EQ(ask(connection, POLLOUT, 0), 1);
  EXPECT_LT(waits_for_input(connection, long_wait_ms), well_before_that);
}

TEST(AWaitForInput, IsARealOneOnceTheConnectionIsKnown)
{
  mqtt::shorten_paho_waits();
  const Listener listener;
  const Descriptor connection{listener.connect_to()};
  ask(connection, POLLOUT, 0);
  waits_for_input(connection, long_wait_ms);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(ask(connection, POLLOUT, 0), 1);
    EXPECT_GE(waits_for_input(connection, 20), std::chrono::milliseconds{19});
  }
}

TEST(AWaitForInput, EndsWhenTheConnectionUnderWayIsMade)
{
  mqtt::shorten_paho_waits();
  const Listener listener;
  const Descriptor first{listener.connect_to()};  // fills the queue: the next has to wait for accept()
  const Descriptor second{listener.connect_to()};
  ASSERT_EQ(ask(second, POLLOUT, 0), 0);
  const std::jthread accepting{[&] { listener.accept(); }};
  EXPECT_LT(waits_for_input(second, long_wait_ms), well_before_that);
  EXPECT_EQ(ask(second, POLLOUT, 0), 1) << "it is made";
  EXPECT_LT(waits_for_input(second, long_wait_ms), well_before_that) << "and dealt with at once";
}

TEST(AWaitForInput, IsNotShortenedByTheNumberOfAConnectionThatIsGone)
{
  mqtt::shorten_paho_waits();
  const Listener listener;
  for (int round = 0; round < 3; ++round) {
    {
      const Descriptor connection{listener.connect_to()};  // the same number every time
      EXPECT_EQ(ask(connection, POLLOUT, 0), 1);
      EXPECT_LT(waits_for_input(connection, long_wait_ms), well_before_that) << "each is new";
    }
    listener.accept();
  }
}

TEST(AWaitForInput, TellsWhatThereIsToRead)
{
  mqtt::shorten_paho_waits();
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const Descriptor here{ends[0]};
  const Descriptor there{ends[1]};
  ASSERT_EQ(::write(there, "x", 1), 1);
  EXPECT_EQ(ask(here, POLLIN, long_wait_ms), 1);
  EXPECT_EQ(ask(here, POLLIN | POLLOUT, 0), 1);
  EXPECT_EQ(ask(here, POLLIN, 0), 1);
}

}  // namespace muster::test
