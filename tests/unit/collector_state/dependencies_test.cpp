// SPDX-License-Identifier: Apache-2.0
#include "collector/state/dependencies.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

Dependencies::IsBroken only(std::vector<Subject> broken)
{
  return [broken = std::move(broken)](const Subject& subject) {
    return std::find(broken.begin(), broken.end(), subject) != broken.end();
  };
}

// "node/check"; "-" for none.
std::string told(const Dependencies& dependencies, const Subject& child, std::vector<Subject> broken)
{
  const auto parent = dependencies.broken_parent(child, only(std::move(broken)));
  return parent ? parent->node + "/" + parent->check : "-";
}

Dependency on(std::string check, std::string parent_node, std::string parent_check)
{
  return {{}, std::move(check), std::move(parent_node), std::move(parent_check)};
}

const Subject http{"web1", "http"};
const Subject web1{"web1", ""};
const Subject router{"r1", ""};

}  // namespace

TEST(Dependencies, OfAllChecksOnTheirNodeNeedNoRule)
{
  const Dependencies none{{}};
  EXPECT_EQ(told(none, http, {web1}), "web1/");
  EXPECT_EQ(told(none, http, {{"web2", ""}}), "-");
  EXPECT_EQ(told(none, web1, {web1}), "-") << "nothing hangs on itself";
}

TEST(Dependencies, OfACheckOnAnotherAreOfTheSameNode)
{
  const Dependencies rules{{on("http", "", "apache")}};
  EXPECT_EQ(told(rules, http, {{"web1", "apache"}}), "web1/apache");
  EXPECT_EQ(told(rules, http, {{"web2", "apache"}}), "-");
  EXPECT_EQ(told(rules, {"web1", "load"}, {{"web1", "apache"}}), "-");
}

TEST(Dependencies, AreAboutTheNodesThatAreNamedAndMatch)
{
  protocol::Presence in_berlin;
  in_berlin.name = "web1";
  in_berlin.facts.set("site", {"berlin"});
  const auto presence_of = [&in_berlin](const std::string& node) {
    return node == "web1" ? &in_berlin : nullptr;
  };
  auto by_filter = on("", "r1", "");
  by_filter.filter.facts = {{"site", FactOperator::equals, "berlin"}};
  auto by_both = by_filter;
  by_both.names = {"web2"};
  auto by_name = on("", "r1", "");
  by_name.names = {"web2"};
  const auto told_by = [&](const Dependency& rule, const std::string& node) {
    return told(Dependencies{find_nodes({rule}, presence_of)}, {node, ""}, {router});
  };
  EXPECT_EQ(told_by(by_filter, "web1"), "r1/");
  EXPECT_EQ(told_by(by_filter, "web2"), "-") << "it has told nothing of itself";
  EXPECT_EQ(told_by(by_name, "web1"), "-");
  EXPECT_EQ(told_by(by_name, "web2"), "r1/");
  EXPECT_EQ(told_by(by_both, "web1"), "-");
  EXPECT_EQ(told_by(on("", "r1", ""), "web2"), "r1/") << "of no nodes in particular: of all";
}

TEST(Dependencies, OnANodeHoldForItsWholeSiteAndAllThatRunsThere)
{
  auto rule = on("", "r1", "");
  rule.nodes = [](const std::string& node) { return node.starts_with("web"); };
  const Dependencies rules{{rule}};
  EXPECT_EQ(told(rules, web1, {router}), "r1/");
  EXPECT_EQ(told(rules, http, {router}), "r1/");
  EXPECT_EQ(told(rules, {"db1", "load"}, {router}), "-");
  EXPECT_EQ(told(rules, router, {router}), "-");
}

TEST(Dependencies, ReachThroughParentsThatAreNotBrokenThemselves)
{
  const Dependencies rules{{on("http", "", "apache"), on("apache", "db1", "mysql")}};
  EXPECT_EQ(told(rules, http, {{"db1", "mysql"}}), "db1/mysql");
  EXPECT_EQ(told(rules, http, {{"db1", "mysql"}, {"web1", "apache"}}), "web1/apache") << "the nearest one";
  EXPECT_EQ(told(rules, http, {{"db1", ""}}), "db1/");
}

TEST(Dependencies, InACircleSilenceNobody)
{
  const Dependencies rules{{on("a", "", "b"), on("b", "", "c"), on("c", "", "a"), on("x", "", "a")}};
  const std::vector<Subject> all{{"n", "a"}, {"n", "b"}, {"n", "c"}};
  EXPECT_EQ(told(rules, {"n", "a"}, all), "-");
  EXPECT_EQ(told(rules, {"n", "b"}, all), "-");
  EXPECT_EQ(told(rules, {"n", "c"}, all), "-");
  EXPECT_EQ(told(rules, {"n", "x"}, all), "n/a") << "it hangs on the circle and is no part of it";
}

TEST(Dependencies, MarkBadNewsAsUnreachableAndGoodNewsNot)
{
  const Dependencies none{{}};
  Event event;
  event.node = "web1";
  event.check = "http";
  event.hard = true;
  event.to = CheckState::critical;
  none.mark(event, only({}));
  EXPECT_TRUE(notifies(event));
  none.mark(event, only({web1}));
  EXPECT_TRUE(event.silence.unreachable);
  EXPECT_FALSE(notifies(event));
  Event recovery = event;
  recovery.silence = {};
  recovery.to = CheckState::ok;
  none.mark(recovery, only({web1}));
  EXPECT_FALSE(recovery.silence.unreachable);
}

TEST(Dependencies, AreBrokenByAHardCriticalOrUnknownOnly)
{
  struct Row {
    const char* results;
    bool breaks;
  };

  for (const auto& row : {
           Row{"", false},
           Row{"O", false},
           Row{"C", false},
           Row{"CCC", true},
           Row{"UUU", true},
           Row{"WWW", false},
           Row{"CCCO", false},
       }) {
    ServiceStory story;
    story.run(row.results);
    EXPECT_EQ(breaks_children(story.service), row.breaks) << row.results;
  }
}

}  // namespace muster::collector
