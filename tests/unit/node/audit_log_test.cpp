// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/audit_log.hpp"

#include <csignal>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::node {

using test::TemporaryDirectory;

namespace {

class AuditLogOf : public testing::Test {
protected:
  [[nodiscard]] std::string text(const std::string& name) const
  {
    return runtime::read_text_file(directory_.path(name), 1U << 20U).value_or("none");
  }

  [[nodiscard]] bool there(const std::string& name) const
  {
    return std::filesystem::exists(directory_.path(name));
  }

  TemporaryDirectory directory_;
};

TEST_F(AuditLogOf, LinesAreAddedToWhatIsThere)
{
  directory_.write("audit.jsonl", "before\n");
  AuditLog log{directory_.path("audit.jsonl")};
  EXPECT_TRUE(log.write("one"));
  EXPECT_TRUE(log.write("two"));
  EXPECT_EQ(text("audit.jsonl"), "before\none\ntwo\n");
  EXPECT_FALSE(log.health());
}

TEST_F(AuditLogOf, IsNotForEverybodysEyes)
{
  const AuditLog log{directory_.path("audit.jsonl")};

  struct stat status {};

  ASSERT_EQ(::stat(directory_.path("audit.jsonl").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007U, 0U);
}

TEST_F(AuditLogOf, AFullFileBecomesAnOlderOneAndTheOldestGoes)
{
  AuditLog log{directory_.path("audit.jsonl"), 10};
  for (int number = 1; number <= 7; ++number) {
    EXPECT_TRUE(log.write("line " + std::to_string(number)));  // two of them are too much
  }
  EXPECT_EQ(text("audit.jsonl"), "line 7\n");
  EXPECT_EQ(text("audit.jsonl.1"), "line 6\n");
  EXPECT_EQ(text("audit.jsonl.4"), "line 3\n");
  EXPECT_FALSE(there("audit.jsonl.5"));
}

TEST_F(AuditLogOf, ALineLongerThanAFileIsWrittenWhole)
{
  AuditLog log{directory_.path("audit.jsonl"), 10};
  EXPECT_TRUE(log.write(std::string(50, 'x')));
  EXPECT_EQ(text("audit.jsonl").size(), 51U);
}

TEST_F(AuditLogOf, GoesOnInANewFileWhenSomebodyHasMovedItAway)
{
  AuditLog log{directory_.path("audit.jsonl")};
  EXPECT_TRUE(log.write("one"));
  std::filesystem::rename(directory_.path("audit.jsonl"), directory_.path("moved"));
  log.reopen();
  EXPECT_TRUE(log.write("two"));
  std::filesystem::remove(directory_.path("audit.jsonl"));
  log.look();
  EXPECT_TRUE(log.write("three"));
  EXPECT_EQ(text("moved"), "one\n");
  EXPECT_EQ(text("audit.jsonl"), "three\n");
}

TEST_F(AuditLogOf, AFolderThatIsMissingIsToldUntilItIsThere)
{
  AuditLog log{directory_.path("log/audit.jsonl")};
  ASSERT_TRUE(log.health());
  EXPECT_NE(log.health()->find("log/audit.jsonl: No such file"), std::string::npos) << *log.health();
  EXPECT_FALSE(log.write("one"));
  log.look();
  EXPECT_TRUE(log.health());
  std::filesystem::create_directory(directory_.path("log"));
  log.look();
  EXPECT_FALSE(log.health());
  EXPECT_TRUE(log.write("two"));
  EXPECT_EQ(text("log/audit.jsonl"), "two\n");
}

TEST_F(AuditLogOf, OnlyARegularFileIsWrittenTo)
{
  AuditLog log{"/dev/full"};
  EXPECT_FALSE(log.write("one"));
  ASSERT_TRUE(log.health());
  EXPECT_NE(log.health()->find("not a regular file"), std::string::npos);
}

// A limit of the file's size stops a write in its middle, as a full disk does.
TEST_F(AuditLogOf, AFullDiskIsToldAndLeavesNoHalfLine)
{
  AuditLog log{directory_.path("audit.jsonl")};
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_TRUE(log.write("one"));
  EXPECT_FALSE(log.write("a line too long for it"));
  const bool told = log.health().has_value();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  static_cast<void>(std::signal(SIGXFSZ, handler));
  EXPECT_TRUE(told);
  EXPECT_EQ(text("audit.jsonl"), "one\n");
  EXPECT_TRUE(log.write("two"));
  EXPECT_FALSE(log.health());
  EXPECT_EQ(text("audit.jsonl"), "one\ntwo\n");
}

TEST_F(AuditLogOf, ALinkIsNotFollowed)
{
  directory_.write("victim", "");
  std::filesystem::create_symlink(directory_.path("victim"), directory_.path("audit.jsonl"));
  AuditLog log{directory_.path("audit.jsonl")};
  EXPECT_FALSE(log.write("one"));
  EXPECT_EQ(text("victim"), "");
}

}  // namespace
}  // namespace muster::node
