// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/input_grammar.hpp"

#include <string>

#include <gtest/gtest.h>

#include "checkagent/actions/inputs.hpp"

namespace muster::checkagent::actions {
namespace {

TEST(InputGrammar, TakesTheNamesOfRealPackages)
{
  for (const auto* name :
       {"nginx",
        "g++",
        "libstdc++6",
        "0ad",
        "linux-image-6.1.0-18-amd64",
        "libc6:i386",
        "python3.11",
        "NetworkManager",
        "xorg-x11-server-Xorg",
        "foo_bar"}) {
    EXPECT_TRUE(is_package_name(name)) << name;
  }
}

TEST(InputGrammar, LetsNothingThroughThatAToolWouldReadOtherwise)
{
  for (const auto* name : {"",      "-y",         "--purge", "nginx-", "nginx=1", "ngin*", "ngin?",
                           "^ngin", "/tmp/x.deb", "./x.deb", "a b",    "a;b",     "a\n",   "$(id)",
                           "`id`",  "a:",         "a:-x",    ":i386",  "+a",      "~i",    "@group"}) {
    EXPECT_FALSE(is_package_name(name)) << name;
  }
  EXPECT_FALSE(is_package_name(std::string(longest_package_name + 1, 'a')));
  EXPECT_FALSE(is_package_name(std::string{"a\0b", 3}));
}

TEST(InputGrammar, TakesVersionsOfDebianAndOfRpm)
{
  for (const auto* version : {"1", "2:1.4.0-3+b1", "1.0~rc1-1", "1.2.6-1.el6", "20230311", "0.9^git1"}) {
    EXPECT_TRUE(is_package_version(version)) << version;
  }
  for (const auto* version : {"", "-1", "1 2", "1;id", "1/testing", "1*", "=1"}) {
    EXPECT_FALSE(is_package_version(version)) << version;
  }
}

TEST(InputGrammar, TakesTheNamesOfServices)
{
  for (const auto* name : {"cron", "getty@tty1", "nginx.service", "a_b:c", "0"}) {
    EXPECT_TRUE(is_service_name(name)) << name;
  }
  for (const auto* name : {"", "-f", "a b", "a/b", "a*", "a\\x2d", "a;b", "ü"}) {
    EXPECT_FALSE(is_service_name(name)) << name;
  }
  EXPECT_FALSE(is_service_name(std::string(longest_service_name + 1, 'a')));
}

TEST(InputGrammar, TakesOneLineAsAMessageButNoOption)
{
  EXPECT_TRUE(is_message("kernel update; ask \"alice\" (ümlaut) - today"));
  for (const auto* message : {"-x", "--enable", "a\nb", "a\tb", "a\x1b[2J", "\x7f"}) {
    EXPECT_FALSE(is_message(message)) << message;
  }
  EXPECT_FALSE(is_message(std::string(longest_message + 1, 'a')));
}

TEST(InputGrammar, TakesPuppetsTagsAndEnvironments)
{
  EXPECT_TRUE(is_tag_list("ntp"));
  EXPECT_TRUE(is_tag_list("role::web,ntp-1,_x.y"));
  for (const auto* tags : {"", ",", "a,", ",a", "a,,b", "A", "-a", "a b", "a,-b"}) {
    EXPECT_FALSE(is_tag_list(tags)) << tags;
  }
  EXPECT_TRUE(is_environment_name("production_2"));
  for (const auto* name : {"", "Production", "a-b", "a/b", "--noop"}) {
    EXPECT_FALSE(is_environment_name(name)) << name;
  }
}

constexpr InputRule required{"package", is_package_name, "a package"};
constexpr InputRule optional{"version", is_package_version, "a version", true};

TEST(Inputs, AreReadOrNamedWithTheirRule)
{
  EXPECT_EQ(read_input({{"package", "nginx"}}, required), std::string{"nginx"});
  EXPECT_EQ(read_input({}, optional), std::string{});
  EXPECT_EQ(read_input({{"version", nullptr}}, optional), std::string{});
  EXPECT_EQ(read_input({}, required).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_input({}, required).error().message, "missing input package");
  EXPECT_EQ(read_input({{"package", "-y"}}, required).error().message, "input package: expected a package");
  EXPECT_EQ(read_input({{"package", 7}}, required).error().message, "input package: expected a text");
  EXPECT_EQ(failed_input(read_input({}, required).error()).status, status_missing_data);
  EXPECT_EQ(failed_input(read_input({{"package", ""}}, required).error()).status, status_invalid_data);
}

TEST(Inputs, TakeFlagsAsWordsOrAsBooleans)
{
  EXPECT_EQ(read_flag({{"noop", true}}, "noop", false), true);
  EXPECT_EQ(read_flag({{"noop", "no"}}, "noop", true), false);
  EXPECT_EQ(read_flag({{"noop", "1"}}, "noop", false), true);
  EXPECT_EQ(read_flag({}, "noop", true), true);
  EXPECT_FALSE(read_flag({{"noop", "perhaps"}}, "noop", false));
  EXPECT_FALSE(read_flag({{"noop", 1}}, "noop", false));
}

}  // namespace
}  // namespace muster::checkagent::actions
