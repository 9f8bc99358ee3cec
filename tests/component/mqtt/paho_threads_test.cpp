// SPDX-License-Identifier: Apache-2.0
//
// What the adapter does to the process around it: threads, wakeups, memory that is used after its end (these
// run under the address sanitizer too).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"
#include "tests/component/mqtt/raw_client.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

// How often any thread of this process has gone to sleep so far.
std::uint64_t voluntary_context_switches()
{
  std::uint64_t sum = 0;
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::ifstream status{thread.path() / "status"};
    constexpr std::string_view wanted = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(wanted)) {
        sum += std::stoull(line.substr(wanted.size()));
      }
    }
  }
  return sum;
}

// Without the loop of the probe, which wakes up on its own.
std::uint64_t wakeups_in_three_idle_seconds()
{
  const auto before = voluntary_context_switches();
  const timespec three_seconds{3, 0};
  ::nanosleep(&three_seconds, nullptr);
  return voluntary_context_switches() - before;
}

int sockets_without_no_delay()
{
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::stoi(entry.path().filename().string());
    int on = 1;
    socklen_t size = sizeof on;
    // Fails, and leaves it at 1, for everything that is not a TCP socket.
    ::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, &size);
    count += on == 0 ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST(PahoClient, HardlyWakesUpWhileItIsIdle)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "idle")};
  ASSERT_TRUE(probe.connect());
  probe.run_for(100ms);
  // As shipped: about 9. A wait that is cut short everywhere makes thousands.
  EXPECT_LT(wakeups_in_three_idle_seconds(), 60U);
}

TEST(PahoClient, HardlyWakesUpWhileTheBrokerIsDown)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "idle")};
  ASSERT_TRUE(probe.connect());
  broker.kill();
  ASSERT_TRUE(probe.run_until([&] { return !probe.disconnected.empty(); }));
  EXPECT_LT(wakeups_in_three_idle_seconds(), 60U);
}

TEST(PahoClient, HardlyWakesUpWhileTheBrokerDoesNotAnswer)
{
  Mosquitto broker;
  broker.freeze();
  Probe probe{Probe::options(broker.uri(), "idle")};
  probe.start();
  probe.run_for(200ms);
  EXPECT_LT(wakeups_in_three_idle_seconds(), 120U);
  broker.thaw();
}

TEST(PahoClient, SendsSmallPacketsAtOnceAfterEveryConnect)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "prompt")};
  ASSERT_TRUE(probe.connect());
  EXPECT_EQ(sockets_without_no_delay(), 0);
  broker.kill();
  ASSERT_TRUE(probe.run_until([&] { return !probe.disconnected.empty(); }));
  broker.start();
  ASSERT_TRUE(probe.run_until([&] { return probe.connected.size() == 2; }));
  EXPECT_EQ(sockets_without_no_delay(), 0);
}

TEST(PahoClient, IsDestroyedCleanlyWhileMessagesPourIn)
{
  Mosquitto broker;
  for (int round = 0; round < 10; ++round) {
    Probe probe{Probe::options(broker.uri(), "flooded")};
    probe.subscriptions = {{"flood"}};
    ASSERT_TRUE(probe.connect());
    for (int number = 0; number < 500; ++number) {
      probe.publish("flood", "x");
    }
    ASSERT_TRUE(probe.receives(static_cast<std::size_t>(round) * 10 + 1));
    probe.client.reset();
    probe.run_for(1ms);  // what was posted before must find nobody
  }
}

TEST(PahoClient, IsDestroyedCleanlyWhileItConnects)
{
  Mosquitto broker;
  for (int round = 0; round < 10; ++round) {
    Probe probe{Probe::options(broker.uri(), "hesitant")};
    probe.start();
    probe.run_for(std::chrono::milliseconds{round});
    probe.client.reset();
    probe.run_for(1ms);
  }
}

TEST(PahoClient, IsDestroyedCleanlyWhileTheBrokerIsFrozen)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "stuck")};
  ASSERT_TRUE(probe.connect());
  probe.run_for(50ms);
  broker.freeze();
  probe.publish("a", std::string(100'000, 'x'));
  probe.client.reset();
  broker.thaw();
  // The library still works: another client can be made.
  Probe again{Probe::options(broker.uri(), "again")};
  EXPECT_TRUE(again.connect());
}

TEST(PahoClient, IgnoresTheProxyOfTheEnvironment)
{
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);   // NOLINT(concurrency-mt-unsafe)
  ::setenv("https_proxy", "http://127.0.0.1:9", 1);  // NOLINT(concurrency-mt-unsafe)
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "direct")};
  EXPECT_TRUE(probe.connect());
}

}  // namespace muster::test
