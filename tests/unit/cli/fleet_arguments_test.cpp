// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_arguments.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Addressed addressed(const FleetArguments& arguments)
{
  auto result = address(arguments, client::ClientSettings{});
  EXPECT_TRUE(result) << result.error().message;
  return result ? std::move(*result) : Addressed{{}, CompiledFilter::compile({}).value()};
}

std::string why_not(const FleetArguments& arguments)
{
  const auto result = address(arguments, client::ClientSettings{});
  EXPECT_FALSE(result);
  return result ? "" : result.error().message;
}

TEST(FleetArguments, AskEveryNodeOfTheConfiguredCollectiveWhenNothingIsSaid)
{
  client::ClientSettings settings;
  settings.collective = "europe";
  settings.wait = 7s;
  const auto result = address({}, settings);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->question.collective, "europe");
  EXPECT_EQ(result->question.wait, 7s);
  EXPECT_THAT(result->question.nodes, IsEmpty());
  EXPECT_TRUE(result->question.filter.empty());
}

TEST(FleetArguments, PutWhatWasTypedBeforeWhatIsConfigured)
{
  FleetArguments typed;
  typed.collective = "asia";
  typed.timeout_s = 0.0301;
  const auto question = addressed(typed).question;
  EXPECT_EQ(question.collective, "asia");
  EXPECT_EQ(question.wait, 31ms) << "rounded up, never to nothing";
}

TEST(FleetArguments, AskNamedNodesDirectlyOnceEachAndInLowerCase)
{
  FleetArguments typed;
  typed.identities = {"WEB2", "web1", "web2"};
  const auto question = addressed(typed).question;
  EXPECT_THAT(question.nodes, ElementsAre("web1", "web2"));
  EXPECT_TRUE(question.filter.identities.empty());
}

TEST(FleetArguments, LeaveAPatternAmongTheNamesToTheNodes)
{
  FleetArguments typed;
  typed.identities = {"web1", "/^db/"};
  const auto question = addressed(typed).question;
  EXPECT_THAT(question.nodes, IsEmpty());
  EXPECT_THAT(question.filter.identities, ElementsAre("web1", "/^db/"));
}

TEST(FleetArguments, SplitCombinedWordsIntoClassesAndFacts)
{
  FleetArguments typed;
  typed.combined = {"/dev_server/ location=uk"};
  const auto question = addressed(typed).question;
  EXPECT_THAT(question.filter.classes, ElementsAre("/dev_server/"));
  ASSERT_EQ(question.filter.facts.size(), 1U);
}

TEST(FleetArguments, AreRefusedWithWhatIsWrong)
{
  const auto with = [](auto change) {
    FleetArguments typed;
    change(typed);
    return why_not(typed);
  };
  EXPECT_THAT(with([](auto& typed) { typed.timeout_s = 0; }), HasSubstr("-t: "));
  EXPECT_THAT(with([](auto& typed) { typed.timeout_s = 86'401; }), HasSubstr("-t: "));
  EXPECT_THAT(
      with([](auto& typed) { typed.timeout_s = std::numeric_limits<double>::quiet_NaN(); }),
      HasSubstr("-t: "));
  EXPECT_THAT(with([](auto& typed) { typed.collective = "a/b"; }), HasSubstr("'a/b'"));
  EXPECT_THAT(
      with([](auto& typed) { typed.identities = {"web_1"}; }), HasSubstr("'web_1' is not a node name"));
  EXPECT_THAT(with([](auto& typed) { typed.classes = {"/(/"}; }), HasSubstr("/(/"));
  EXPECT_THAT(with([](auto& typed) { typed.facts = {"kernel"}; }), HasSubstr("kernel"));
  EXPECT_THAT(with([](auto& typed) { typed.nodes_file = "/no/such/file"; }), HasSubstr("/no/such/file"));
}

TEST(ANodeList, HasOneNameToALineAndComments)
{
  const auto names = parse_node_list("# the web tier\nweb1\r\n  web2  # old\n\n\tweb3.example.net");
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_THAT(*names, ElementsAre("web1", "web2", "web3.example.net"));
}

TEST(ANodeList, IsRefusedByLineWhenANameIsNone)
{
  const auto names = parse_node_list("web1\n\nweb 2\n");
  ASSERT_FALSE(names);
  EXPECT_THAT(names.error().message, HasSubstr("line 3: 'web 2'"));
}

TEST(ANodeList, IsNotPrintedInFullWhenItIsNoList)
{
  const auto names = parse_node_list(std::string(8'000'000, '+'));
  ASSERT_FALSE(names);
  EXPECT_LT(names.error().message.size(), 200U);
  EXPECT_THAT(names.error().message, HasSubstr("line 1: '+++"));
}

TEST(ANodeList, MustNameSomebody)
{
  for (const auto* text : {"", "\n\n", "# nobody"}) {
    EXPECT_FALSE(parse_node_list(text)) << text;
  }
}

}  // namespace
}  // namespace muster::cli
