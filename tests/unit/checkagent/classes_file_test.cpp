// SPDX-License-Identifier: Apache-2.0
#include "checkagent/classes_file.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace muster::checkagent {

namespace {

std::vector<std::string> classes_in(std::string_view text)
{
  return parse_classes("f", text).value_or(std::vector<std::string>{"unreadable"});
}

}  // namespace

TEST(ClassesFile, HasOneClassALine)
{
  EXPECT_EQ(
      classes_in("settings\n\n# by hand\n  role::web  \r\napache\nsettings\nlast"),
      (std::vector<std::string>{"settings", "role::web", "apache", "last"}));
  EXPECT_EQ(classes_in(""), std::vector<std::string>{});
}

TEST(ClassesFile, NamesTheLineThatIsNoClass)
{
  EXPECT_EQ(
      parse_classes("f", "a\nb\x1b[31m\n").error().message,
      "f:2:1: expected one class name of at most 256 bytes of UTF-8");
  EXPECT_FALSE(parse_classes("f", "\xff\n"));
  EXPECT_FALSE(parse_classes("f", std::string(257, 'x')));
  EXPECT_TRUE(parse_classes("f", std::string(256, 'x')));
}

TEST(ClassesFile, HasALimit)
{
  std::string many;
  for (std::size_t i = 0; i < max_classes; ++i) {
    many += "c" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(classes_in(many).size(), max_classes);
  EXPECT_FALSE(parse_classes("f", many + "more\n"));
}

TEST(ClassesFile, MustExistWhenItIsNamed)
{
  const auto classes = read_classes("/nonexistent/classes.txt");
  ASSERT_FALSE(classes);
  EXPECT_EQ(classes.error().code, ErrorCode::not_found);
}

TEST(KnownClasses, AreThoseOfTheLastFileThatCouldBeRead)
{
  KnownClasses known;
  known.take(std::vector<std::string>{"apache"});
  EXPECT_FALSE(known.problem());
  known.take(failure(ErrorCode::io_failure, "cannot read f"));
  EXPECT_EQ(known.classes(), std::vector<std::string>{"apache"});
  EXPECT_EQ(known.problem(), "cannot read f; the classes from before stay");
  known.take(std::vector<std::string>{"mysql"});
  EXPECT_EQ(known.classes(), std::vector<std::string>{"mysql"});
  EXPECT_FALSE(known.problem());
}

TEST(KnownClasses, AreUnknownUntilAFileCouldBeRead)
{
  KnownClasses known;
  known.take(failure(ErrorCode::denied, "cannot read f"));
  ASSERT_FALSE(known.classes());
  EXPECT_EQ(known.classes().error().message, "cannot read f");
  EXPECT_EQ(known.problem(), "cannot read f");
}

TEST(KnownClasses, AreNoneWhenThereIsNoFile)
{
  KnownClasses known;
  known.take(std::vector<std::string>{"apache"});
  known.take(failure(ErrorCode::not_found, "no such file"));
  EXPECT_EQ(known.classes(), std::vector<std::string>{});
  EXPECT_FALSE(known.problem());
}

}  // namespace muster::checkagent
