// SPDX-License-Identifier: Apache-2.0
#include "checkagent/run_as.hpp"

#include <unistd.h>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::Contains;
using testing::HasSubstr;

Expected<PluginAccount> resolve(const std::string& user, const std::string& group)
{
  NrpeSettings settings;
  settings.nrpe_user = user;
  settings.nrpe_group = group;
  return resolve_plugin_account(settings);
}

TEST(RunAs, NeedsNoChangeWhenNothingIsConfigured)
{
  const auto account = resolve("", "");
  ASSERT_TRUE(account);
  EXPECT_FALSE(account->run_as);
}

TEST(RunAs, NeedsNoChangeToTheUserThatWeAre)
{
  const auto account = resolve(std::to_string(::geteuid()), std::to_string(::getegid()));
  ASSERT_TRUE(account);
  EXPECT_FALSE(account->run_as);
}

TEST(RunAs, RefusesAnUnknownUserOrGroup)
{
  EXPECT_THAT(
      resolve("no-such-user", "").error().message, HasSubstr("nrpe_user \"no-such-user\" is unknown"));
  EXPECT_THAT(
      resolve("", "no-such-group").error().message, HasSubstr("nrpe_group \"no-such-group\" is unknown"));
  EXPECT_FALSE(resolve(" root", ""));  // nrpe does not trim values either
  EXPECT_FALSE(resolve("12x", ""));
}

// The table of an nrpe.cfg in which `user` was found, and in which reading ended early if there is a fault.
CommandTable table_with(const std::string& user, bool fault)
{
  CommandTable table;
  table.settings.nrpe_user = user;
  if (fault) {
    table.faults.push_back({"nrpe.cfg", 3, "no value"});
  }
  return table;
}

TEST(RunAs, RefusesToBeRootWhenAFaultMayHideTheUser)
{
  const auto account = account_of_plugins(table_with("", true), 0);
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, ErrorCode::denied);
  EXPECT_THAT(account.error().message, HasSubstr("would run as root: correct nrpe.cfg:3: no value"));
}

TEST(RunAs, LetsAFaultHideNothingFromAnybodyElse)
{
  EXPECT_TRUE(account_of_plugins(table_with("", true), 1000));
}

TEST(RunAs, IsTheUserThatWasFoundInSpiteOfAFault)
{
  EXPECT_TRUE(account_of_plugins(table_with(std::to_string(::geteuid()), true), 0));
}

TEST(RunAs, StaysRootWithAnIntactConfigurationThatNamesNobody)
{
  EXPECT_TRUE(account_of_plugins(table_with("", false), 0));
}

TEST(RunAs, LooksUpAUserWithGroupsAndHome)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const auto account = resolve("daemon", "");
  ASSERT_TRUE(account && account->run_as);
  EXPECT_EQ(std::pair(account->run_as->user, account->run_as->group), std::pair(1U, 1U));
  EXPECT_THAT(account->run_as->groups, Contains(1U));
  EXPECT_EQ(account->name + " " + account->home, "daemon /usr/sbin");
}

TEST(RunAs, TakesTheGroupNamedInsteadOfTheUsersOwn)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const auto account = resolve("daemon", "4");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->run_as->group, 4U);
  EXPECT_THAT(account->run_as->groups, Contains(4U));
}

TEST(RunAs, TakesANumberWithoutAName)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const auto account = resolve("54321", "");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->run_as->user, 54'321U);
  EXPECT_EQ(account->run_as->group, 54'321U);
}

TEST(RunAs, RefusesWhatThisProcessMayNotDo)
{
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may";
  }
  EXPECT_THAT(resolve("root", "").error().message, HasSubstr("start checkagent as root or as that user"));
  EXPECT_THAT(resolve("", "root").error().message, HasSubstr("start checkagent as root or with that group"));
}

}  // namespace
}  // namespace muster::checkagent
