// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/node_name.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster {

TEST(NodeName, IsALowerCaseHostName)
{
  for (const auto* name : {"web1", "web1.example.net", "a", "10.0.0.1", "xn--mnchen-3ya.example"}) {
    EXPECT_TRUE(is_node_name(name)) << name;
  }
}

TEST(NodeName, IsNothingThatATopicOrAPathWouldMisread)
{
  for (const auto* name :
       {"", ".", "..", "Web1", "a/b", "+", "#", "a b", "alice@ops1", "web_1", "w\u00fcb", "a\nb"}) {
    EXPECT_FALSE(is_node_name(name)) << name;
  }
  EXPECT_FALSE(is_node_name(std::string_view{"a\0b", 3}));
}

TEST(NodeName, IsAtMostAsLongAsADnsName)
{
  EXPECT_TRUE(is_node_name(std::string(253, 'a')));
  EXPECT_FALSE(is_node_name(std::string(254, 'a')));
}

TEST(CallerName, HasExactlyOneAtBetweenTwoWords)
{
  EXPECT_TRUE(is_caller_name("alice@ops1"));
  EXPECT_TRUE(is_caller_name("Alice.B_c-d@ops1.example.net"));
  for (const auto* name :
       {"", "alice", "@", "alice@", "@ops1", "a@b@c", "a/b@c", "a@+", "a@#", "a b@c", "..@a", "a@."}) {
    EXPECT_FALSE(is_caller_name(name)) << name;
  }
  EXPECT_FALSE(is_caller_name(std::string(253, 'a') + "@b"));
}

TEST(CallerName, IsNeverANodesName)
{
  EXPECT_FALSE(is_node_name("alice@ops1"));
  EXPECT_FALSE(is_caller_name("web1.example.net"));
}

TEST(CollectiveName, IsAWordThatIsSafeInATopic)
{
  EXPECT_TRUE(is_collective_name("main"));
  EXPECT_TRUE(is_collective_name("uk_Prod-1.a"));
  EXPECT_TRUE(is_collective_name(std::string(64, 'a')));
  for (const auto* name : {"", ".", "..", ".hidden", "a/b", "+", "#", "a b", "$SYS", "a@b"}) {
    EXPECT_FALSE(is_collective_name(name)) << name;
  }
  EXPECT_FALSE(is_collective_name(std::string(65, 'a')));
}

}  // namespace muster
