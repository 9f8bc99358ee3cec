// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

TEST(ApiAnswers, TellsAStrangerWhichSettingIsMissingWhenNobodyHasATokenYet)
{
  SiteRig rig{SiteRig::With::no_tokens};
  auto request = SiteRig::request(HttpMethod::get, "/api/v1/status");
  request.from_loopback = false;
  const auto answer = rig.ask(request);
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.body, testing::HasSubstr("web.tokens"));
  EXPECT_THAT(
      SiteRig{}.get("/api/v1/status", "no-token-that-anybody-knows").body,
      testing::Not(testing::HasSubstr("web.tokens")));
}

TEST(ApiAnswers, GivesTheOneNodeThatIsAskedForByName)
{
  SiteRig rig;
  for (const auto* name : {"web1", "web10", "db1"}) {
    ShownNode node;
    node.name = name;
    node.status = "up";
    rig.board.nodes_held.push_back(std::move(node));
  }
  const auto answer = rig.get("/api/v1/nodes?node=web1").body;
  EXPECT_THAT(answer, testing::HasSubstr("\"web1\""));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("web10")));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("db1")));
  EXPECT_THAT(rig.get("/api/v1/nodes?node=/^web/").body, testing::HasSubstr("web10"));
}

TEST(ApiAnswers, ChoosesNodesByStatements)
{
  SiteRig rig;
  for (const auto& [name, location] : {std::pair{"web1", "uk"}, {"web2", "de"}, {"db1", "uk"}}) {
    ShownNode node;
    node.name = name;
    rig.board.nodes_held.push_back(std::move(node));
    rig.board.known[name].facts.set("location", {location});
  }
  const auto answer = rig.get("/api/v1/nodes?select=not+location%3Duk").body;
  EXPECT_THAT(answer, testing::HasSubstr("web2"));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("web1")));
  EXPECT_THAT(rig.get("/nodes?select=not+location%3Duk").body, testing::Not(testing::HasSubstr(">db1<")));
}

TEST(ApiAnswers, SaysWhatIsWrongWithStatements)
{
  SiteRig rig;
  const auto wrong = rig.get("/api/v1/services?select=location%3Duk+and");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, testing::HasSubstr("at character 16"));
  const auto asking = rig.get("/api/v1/services?select=nrpe('a').exitcode%3D2");
  EXPECT_EQ(asking.status, 400);
  EXPECT_THAT(asking.body, testing::HasSubstr("only nodes can answer data functions"));
  EXPECT_THAT(rig.get("/?select=location%3Duk+and").body, testing::HasSubstr("at character 16"));
}

TEST(ApiAnswers, RefusesAPatternWhereEventsAreChosenByName)
{
  const auto answer = SiteRig{}.get("/api/v1/events?node=/^web/");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, testing::HasSubstr("expected the name of one"));
}

}  // namespace muster::collector::web
