// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/policy_files.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::node {

using test::TemporaryDirectory;

namespace {

class PolicyFilesOf : public testing::Test {
protected:
  [[nodiscard]] bool allows(const std::string& caller, const std::string& agent) const
  {
    const Facts facts;
    const std::vector<std::string> none;
    return files_.policies()
        .decide({caller, agent, "install", true, {{"web1", facts, none, none}, true}})
        .allowed;
  }

  TemporaryDirectory directory_;
  PolicyFiles files_{directory_.path("policies.d")};
};

TEST_F(PolicyFilesOf, AFolderThatIsNotThereHasNoPolicies)
{
  EXPECT_TRUE(files_.load());
  EXPECT_FALSE(files_.changed_on_disk());
  EXPECT_FALSE(allows("alice@ops1", "package"));
  directory_.write("policies.d/package.policy", "allow alice@ops1 * *\n");
  EXPECT_TRUE(files_.changed_on_disk());
  files_.reload();
  EXPECT_TRUE(allows("alice@ops1", "package"));
  EXPECT_FALSE(files_.changed_on_disk());
}

TEST_F(PolicyFilesOf, EveryFaultAtTheStartIsInOneError)
{
  const auto first = directory_.write("policies.d/package.policy", "permit * * *\nallow * * x\n");
  const auto second = directory_.write("policies.d/groups", "admins\n");
  const auto loaded = files_.load();
  ASSERT_FALSE(loaded);
  for (const auto& expected : {"\n  " + first + ":1: ", "\n  " + first + ":2: ", "\n  " + second + ":1: "}) {
    EXPECT_NE(loaded.error().message.find(expected), std::string::npos) << loaded.error().message;
  }
}

TEST_F(PolicyFilesOf, AFileThatBreaksLaterIsToldAndItsLastGoodVersionStays)
{
  const auto file = directory_.write("policies.d/package.policy", "allow alice@ops1 * *\n");
  ASSERT_TRUE(files_.load());
  directory_.write("policies.d/package.policy", "allow bob@ops1\n");
  EXPECT_TRUE(files_.changed_on_disk());
  files_.reload();
  EXPECT_TRUE(allows("alice@ops1", "package"));
  ASSERT_EQ(files_.health().size(), 1U);
  EXPECT_TRUE(files_.health()[0].starts_with(file + ":1: ")) << files_.health()[0];
  EXPECT_TRUE(files_.health()[0].ends_with("; the last good version of the file stays in force"));
  directory_.write("policies.d/package.policy", "allow bob@ops1 * *\n");
  files_.reload();
  EXPECT_TRUE(files_.health().empty());
  EXPECT_FALSE(allows("alice@ops1", "package"));
}

TEST_F(PolicyFilesOf, WhatEverybodyMayWriteDoesNotCount)
{
  const auto file = directory_.write("policies.d/package.policy", "allow * * *\n");
  std::filesystem::permissions(file, std::filesystem::perms{0666});
  const auto loaded = files_.load();
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("chmod o-w " + file), std::string::npos) << loaded.error().message;
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  EXPECT_TRUE(files_.load());
  std::filesystem::permissions(directory_.path("policies.d"), std::filesystem::perms{0777});
  files_.reload();
  EXPECT_EQ(files_.health().size(), 1U);
  EXPECT_TRUE(allows("alice@ops1", "package")) << "as it was";
}

TEST_F(PolicyFilesOf, ManyFaultsAreCountedInHealth)
{
  directory_.write("policies.d/package.policy", "allow * * *\n");
  ASSERT_TRUE(files_.load());
  directory_.write("policies.d/package.policy", "1\n2\n3\n4\n5\n6\n");
  files_.reload();
  ASSERT_EQ(files_.health().size(), 4U);
  EXPECT_EQ(files_.health()[3], "policies: 3 more faults like these");
}

TEST_F(PolicyFilesOf, OtherFilesOfTheFolderAreNobodysBusiness)
{
  directory_.write("policies.d/package.policy~", "nonsense\n");
  directory_.write("policies.d/README", "nonsense\n");
  EXPECT_TRUE(files_.load());
  EXPECT_EQ(files_.policies().size(), 0U);
}

TEST_F(PolicyFilesOf, APolicyThatIsNoFileIsAFault)
{
  std::filesystem::create_directories(directory_.path("policies.d/package.policy"));
  EXPECT_FALSE(files_.load());
}

}  // namespace
}  // namespace muster::node
