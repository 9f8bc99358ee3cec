// SPDX-License-Identifier: Apache-2.0
#include "collector/web/unit_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

namespace {

std::vector<std::string> groups_of(std::string_view perfdata)
{
  std::vector<std::string> texts;
  for (const auto& group : unit_groups(perfdata)) {
    texts.push_back(group_text(group));
  }
  return texts;
}

}  // namespace

TEST(UnitGroups, HoldWhatCanShareAnAxis)
{
  EXPECT_THAT(
      groups_of("rta=12ms;100;500 pl=0% rtmax=1s n=3"),
      testing::ElementsAre("rta, rtmax (s)", "pl (%)", "n"));
  EXPECT_THAT(groups_of("in=5c out=6c size=7"), testing::ElementsAre("in, out (per second)", "size"));
  EXPECT_THAT(
      groups_of("a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8"), testing::ElementsAre("a, b, c, d, e, f and 2 more"));
  EXPECT_THAT(groups_of("a=1 a=2 x=U"), testing::ElementsAre("a"));
  EXPECT_THAT(groups_of(""), testing::IsEmpty());
}

TEST(UnitGroups, HaveAGraphEachOnThePagesOfTheNodeAndOfTheCheck)
{
  SiteRig rig;
  ShownService service;
  service.node = "web1";
  service.check = "ping";
  service.perfdata = "rta=12ms pl=0%";
  rig.board.services_held = {service};
  ShownNode node;
  node.name = "web1";
  rig.board.nodes_held = {node};
  for (const auto* path : {"/nodes/web1", "/nodes/web1/ping"}) {
    const auto page = rig.get(path).body;
    EXPECT_THAT(page, testing::HasSubstr("label=rta&amp;span=24h")) << path;
    EXPECT_THAT(page, testing::HasSubstr("label=pl&amp;span=24h")) << path;
  }
}

}  // namespace muster::collector::web
