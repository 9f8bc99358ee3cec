// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/scheduled_request.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;

ScheduleEntry entry(std::vector<std::string> checks)
{
  ScheduleEntry made;
  made.name = "disks";
  made.checks = std::move(checks);
  made.every = 5min;
  made.splay = 2min;
  made.timeout = 30s;
  return made;
}

std::string data_of(const protocol::Request& request)
{
  return protocol::json::serialize(request.data);
}

TEST(ScheduledRequest, AsksForOneForSeveralOrForAllChecks)
{
  struct {
    ScheduleEntry entry;
    std::string action;
    std::string data;
  } const rows[] = {
      {entry({"check_disk"}), "runcommand", R"({"command":"check_disk"})"},
      {entry({"a", "b"}), "runcommands", R"({"commands":["a","b"]})"},
      {entry({}), "runallcommands", "{}"},
  };

  for (const auto& row : rows) {
    const auto request = scheduled_request(row.entry);
    EXPECT_EQ(request.agent, "nrpe");
    EXPECT_EQ(request.action, row.action);
    EXPECT_EQ(data_of(request), row.data);
  }
}

TEST(ScheduledRequest, GivesARunWithArgumentsItsName)
{
  auto with = entry({"check_disk"});
  with.arguments = {"10%", "/var"};
  with.as = "disk_var";
  EXPECT_EQ(
      data_of(scheduled_request(with)), R"({"command":"check_disk","args":"10%!/var","as":"disk_var"})");
}

TEST(ScheduledRequest, SpreadsTheWorkAndHearsOfTroubleOnly)
{
  const auto request = scheduled_request(entry({"check_disk"}));
  EXPECT_EQ(request.splay, 2min);
  EXPECT_EQ(request.wait, 30s);
  EXPECT_EQ(request.reply, protocol::ReplyMode::trouble);
  EXPECT_EQ(request.to.name, "main");
  EXPECT_EQ(request.ttl, 60s) << "as every request";
}

TEST(ScheduledRequest, IsNotWorthRunningOnceTheNextHasFollowed)
{
  auto often = entry({"check_disk"});
  often.every = 5s;
  EXPECT_EQ(scheduled_request(often).ttl, 5s);
}

TEST(ScheduledRequest, IsNeverTooLargeToBeSent)
{
  EXPECT_TRUE(fits_a_request(entry({"check_disk"})));
  std::vector<std::string> many;
  for (int i = 0; i < 256; ++i) {
    many.push_back(std::to_string(1000 + i) + std::string(600, 'x'));
  }
  EXPECT_FALSE(fits_a_request(entry(many)));
}

}  // namespace
}  // namespace muster::collector
