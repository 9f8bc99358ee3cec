// SPDX-License-Identifier: Apache-2.0
#include "cli/node_list_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(std::string_view text)
{
  auto result = parse_node_list(text);
  return result ? *result : std::vector<std::string>{"error: " + result.error().message};
}

TEST(ANodeListInJson, NamesNodesAsManyProgramsDo)
{
  EXPECT_THAT(names(R"(["web1", "WEB2"])"), ElementsAre("web1", "web2"));
  EXPECT_THAT(names(R"([{"sender": "web1", "data": {"name": "x"}}])"), ElementsAre("web1"));
  EXPECT_THAT(
      names(R"([{"certname": "web1"}, {"name": "web2"}, {"node": "web3"}])"),
      ElementsAre("web1", "web2", "web3"));
  EXPECT_THAT(names("\n  [\"web1\"]\n"), ElementsAre("web1"));
}

TEST(ANodeListInJson, IsWhatOurOwnCommandsPrint)
{
  EXPECT_THAT(
      names(
          R"({"command": "nrpe", "nodes": [{"name": "web1", "fate": "done"}, {"name": "web2", "fate": "lost"},
                {"name": "web3", "fate": "not_meant"}]})"),
      ElementsAre("web1"));
  EXPECT_THAT(
      names(R"({"found": ["web2"], "nodes": [{"name": "web1", "fate": "done"}]})"), ElementsAre("web2"));
}

TEST(ANodeListInJson, IsRefusedWithThePlaceOfWhatIsNoName)
{
  EXPECT_THAT(names(R"(["web1", 7])"), ElementsAre(HasSubstr("element 2: expected a name, or an object")));
  EXPECT_THAT(names(R"([{"host": "web1"}])"), ElementsAre(HasSubstr("element 1: expected")));
  EXPECT_THAT(names(R"(["web 1"])"), ElementsAre(HasSubstr("element 1: 'web 1' is not a node name")));
  EXPECT_THAT(names(R"({"nodes": [{"name": "a@b"}]})"), ElementsAre(HasSubstr("nodes, element 1: 'a@b'")));
  EXPECT_THAT(
      names(R"({"hosts": ["web1"]})"), ElementsAre(HasSubstr("an object with a list 'found' or 'nodes'")));
  EXPECT_THAT(names(R"(["web1")"), ElementsAre(HasSubstr("JSON: ")));
  EXPECT_FALSE(nodes_in_json("0"));
  EXPECT_THAT(names("[]"), ElementsAre("error: no node name in it"));
  EXPECT_THAT(names(std::string(100'000, '[')), ElementsAre(HasSubstr("JSON: ")));
}

}  // namespace
}  // namespace muster::cli
