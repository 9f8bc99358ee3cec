// SPDX-License-Identifier: Apache-2.0
#include "checkagent/check_loading.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/checkagent/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

class CheckLoadingTest : public testing::Test {
protected:
  CheckLoadingTest()
  {
    directory_.write("nrpe.cfg", "command[a]=/bin/a\n");
    // Lets the clock of the file system go on, so that the first reading sees a finished file.
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }

  const TemporaryDirectory directory_;   // NOLINT(readability-identifier-naming)
  std::optional<ErrorCode> no_account_;  // why nobody can be found who runs the plugins
  CheckLoading checks_{directory_.path("nrpe.cfg"), [this](const CommandTable&) -> Expected<PluginAccount> {
                         if (no_account_) {
                           return failure(*no_account_, "no account");
                         }
                         return PluginAccount{std::nullopt, "nagios", "/", "/bin/sh"};
                       }};
};

TEST_F(CheckLoadingTest, GivesTheChecksWithTheirAccount)
{
  const auto loaded = checks_.load();
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->reading.table.commands.contains("a"));
  EXPECT_EQ(loaded->account.name, "nagios");
  EXPECT_FALSE(checks_.due());
}

TEST_F(CheckLoadingTest, LooksForAnUnknownUserUntilItIsFound)
{
  no_account_ = ErrorCode::not_found;
  EXPECT_EQ(checks_.load().error().message, "no account");
  EXPECT_TRUE(checks_.due());
  EXPECT_FALSE(checks_.load());
  EXPECT_TRUE(checks_.due());
  no_account_.reset();
  EXPECT_TRUE(checks_.load());
  EXPECT_FALSE(checks_.due());
}

TEST_F(CheckLoadingTest, WaitsForAnEditWhenPluginsMustNotRun)
{
  no_account_ = ErrorCode::denied;
  EXPECT_FALSE(checks_.load());
  EXPECT_FALSE(checks_.due());
  directory_.write("nrpe.cfg", "command[other]=/bin/other\n");
  EXPECT_TRUE(checks_.due());
}

}  // namespace
}  // namespace muster::checkagent
