// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/service_unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent::actions {
namespace {

using testing::HasSubstr;

ServiceUnit unit(const std::string& load, const std::string& active)
{
  return {"cron.service", load, active, "x", "enabled"};
}

TEST(ServiceUnit, IsAServiceWhateverItIsCalled)
{
  EXPECT_EQ(unit_name("cron"), "cron.service");
  EXPECT_EQ(unit_name("cron.service"), "cron.service");
  EXPECT_EQ(unit_name("multi-user.target"), "multi-user.target.service") << "no other units can be reached";
  EXPECT_EQ(unit_name(".service"), ".service.service");
}

TEST(ServiceUnit, IsReadFromWhatSystemctlShows)
{
  const ProgramRun run{
      ProgramRun::End::exited,
      0,
      "LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n",
      ""};
  const auto read = read_unit(run, "cron.service");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->runs());
  EXPECT_EQ(to_json(*read).at("status"), "running");
  EXPECT_EQ(to_json(*read).at("state"), "active (running)");
}

TEST(ServiceUnit, IsNotThereWhereNoSystemdRuns)
{
  const ProgramRun run{
      ProgramRun::End::exited,
      1,
      "",
      "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to "
      "bus\n"};
  EXPECT_THAT(read_unit(run, "cron.service").error().message, HasSubstr("no systemd runs on this node"));
  EXPECT_FALSE(read_unit({ProgramRun::End::exited, 0, "nonsense", ""}, "cron.service"));
  EXPECT_FALSE(read_unit({}, "cron.service"));
}

TEST(ServiceUnit, RunsOnlyWhenItIsActive)
{
  for (const auto* active : {"active", "reloading", "refreshing"}) {
    EXPECT_TRUE(unit("loaded", active).runs()) << active;
  }
  for (const auto* active : {"inactive", "failed", "activating", "deactivating", "maintenance"}) {
    EXPECT_FALSE(unit("loaded", active).runs()) << active;
  }
}

TEST(ServiceUnit, IsNotChangedWhenItIsSoAlready)
{
  using Change = ServiceChange;
  EXPECT_EQ(reason_not_to(Change::start, unit("loaded", "active")), "Service is already running");
  EXPECT_EQ(reason_not_to(Change::stop, unit("loaded", "inactive")), "Service is already stopped");
  EXPECT_EQ(reason_not_to(Change::stop, unit("loaded", "failed")), "Service is already stopped");
  EXPECT_EQ(reason_not_to(Change::restart, unit("loaded", "inactive")), std::nullopt);
  EXPECT_EQ(reason_not_to(Change::stop, unit("loaded", "activating")), std::nullopt)
      << "ends a loop of restarts";
  EXPECT_EQ(
      reason_not_to(Change::start, unit("not-found", "inactive")), "this node has no unit cron.service");
  EXPECT_EQ(could_not(Change::start, "cron", "WHY"), "Could not start 'cron': WHY");
}

TEST(ServiceUnit, IsNamedBehindTheEndOfOptions)
{
  const auto words = change_unit_words("/usr/bin/systemctl", ServiceChange::restart, "cron.service");
  EXPECT_EQ(words.at(words.size() - 3), "restart");
  EXPECT_EQ(words.at(words.size() - 2), "--");
  EXPECT_EQ(words.back(), "cron.service");
}

}  // namespace
}  // namespace muster::checkagent::actions
