// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "libmuster/mqtt/connect_diagnosis.hpp"
#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"

namespace muster::test {

namespace {

std::string why_not(const std::string& broker)
{
  return mqtt::why_no_connection(broker, {}, std::chrono::milliseconds{500});
}

std::string first_failure(const std::string& broker)
{
  Probe probe{Probe::options(broker, "web1")};
  probe.start();
  EXPECT_TRUE(probe.run_until([&] { return !probe.disconnected.empty(); }));
  return probe.disconnected.empty() ? "" : probe.disconnected[0].message;
}

}  // namespace

TEST(AnUnreachableBroker, IsToldWithTheReasonOfTheOperatingSystem)
{
  const auto nobody = "mqtt://127.0.0.1:" + std::to_string(free_port());
  EXPECT_NE(first_failure(nobody).find("Connection refused"), std::string::npos) << first_failure(nobody);
}

TEST(AnUnreachableBroker, IsToldByTheNameThatDoesNotResolve)
{
  const auto told = first_failure("mqtt://no-such-host.invalid:1883");
  EXPECT_NE(told.find("no-such-host.invalid: "), std::string::npos) << told;
}

TEST(AnUnreachableBroker, IsLookedForByNameAndByBothKindsOfAddress)
{
  Mosquitto broker;
  EXPECT_EQ(why_not(broker.uri()), "");
  EXPECT_EQ(why_not(broker.uri("localhost")), "");
  const auto port = std::to_string(free_port());
  EXPECT_NE(why_not("mqtt://[::1]:" + port), "");
  EXPECT_NE(why_not("mqtt://127.0.0.1"), "");
}

}  // namespace muster::test
