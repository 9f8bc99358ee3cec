// SPDX-License-Identifier: Apache-2.0
//
// What operators see: strips of states, JSON, and what they ask for.
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/board/board_json.hpp"
#include "collector/board/board_query.hpp"
#include "collector/board/presence.hpp"
#include "collector/board/state_strip.hpp"
#include "tests/unit/collector/strip_text.hpp"

namespace muster::collector {
namespace {

namespace json = protocol::json;
using namespace std::chrono_literals;
using test::at;
using test::change;
using test::shown;
using testing::HasSubstr;

TEST(StateStrip, IsWhatItIsNowWhenNothingEverHappened)
{
  EXPECT_EQ(shown(strip_of({}, CheckState::warning, at(0ms), at(100ms))), "0-100 WARNING");
}

TEST(StateStrip, KnowsNothingBeforeTheFirstResult)
{
  const std::vector events{change(40ms, std::nullopt, CheckState::ok)};
  EXPECT_EQ(shown(strip_of(events, CheckState::ok, at(0ms), at(100ms))), "0-40 ?, 40-100 OK");
}

TEST(StateStrip, BeginsWithWhatWasBeforeIt)
{
  const std::vector events{
      change(-50ms, CheckState::ok, CheckState::critical),
      change(30ms, CheckState::critical, CheckState::ok)};
  EXPECT_EQ(shown(strip_of(events, CheckState::ok, at(0ms), at(100ms))), "0-30 CRITICAL, 30-100 OK");
}

TEST(StateStrip, PutsPartsOfOneStateTogether)
{
  const std::vector events{
      change(10ms, std::nullopt, CheckState::warning),
      change(10ms, CheckState::ok, CheckState::warning),
      change(20ms, CheckState::warning, CheckState::warning)};
  EXPECT_EQ(shown(strip_of(events, CheckState::warning, at(0ms), at(100ms))), "0-10 ?, 10-100 WARNING");
}

TEST(StateStrip, HasNoHoleAndNoPartOutsideWhateverTheTimesAre)
{
  const std::vector events{
      change(90ms, CheckState::ok, CheckState::critical),
      change(20ms, CheckState::critical, CheckState::warning),
      change(900ms, CheckState::warning, CheckState::ok)};
  const auto parts = strip_of(events, CheckState::ok, at(0ms), at(100ms));
  ASSERT_FALSE(parts.empty());
  EXPECT_EQ(parts.front().from, at(0ms));
  EXPECT_EQ(parts.back().until, at(100ms));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i].from, parts[i - 1].until);
  }
}

TEST(PresenceStrip, FollowsANodeThatIsLostByItselfAndAmongMany)
{
  const auto event = [](std::chrono::milliseconds time, const char* kind) {
    StoredEvent one;
    one.time = at(time);
    one.kind = kind;
    return one;
  };
  const auto strip =
      [](const std::vector<StoredEvent>& events, const char* status, std::chrono::milliseconds since = 0ms) {
        std::string text;
        for (const auto& part : presence_strip_of(events, {status, at(since)}, at(0ms), at(100ms))) {
          text += std::to_string((part.until - part.from).count()) +
                  (part.status.empty() ? "?" : part.status) + " ";
        }
        return text;
      };
  EXPECT_EQ(strip({}, "up"), "100up ");
  EXPECT_EQ(strip({event(30ms, "node_new")}, "up"), "30? 70up ");
  EXPECT_EQ(
      strip({event(10ms, "node_gone"), event(40ms, "node_vanished")}, "vanished"), "10up 30gone 60vanished ");
  EXPECT_EQ(strip({event(10ms, "nodes_lost"), event(20ms, "nodes_back")}, "up"), "10up 10gone 80up ");
  EXPECT_EQ(strip({event(10ms, "nodes_stopped"), event(20ms, "nodes_back")}, "up"), "10up 10stopped 80up ");
  EXPECT_EQ(strip({event(60ms, "nodes_vanished")}, "vanished"), "60gone 40vanished ");
  EXPECT_EQ(
      strip({event(20ms, "node_back"), event(50ms, "node_stopped")}, "stopped"), "20gone 30up 50stopped ");
  EXPECT_EQ(strip({event(900ms, "node_gone"), event(5ms, "node_back")}, "up"), "100up ")
      << "whatever the times";
  EXPECT_EQ(strip({}, ""), "100? ") << "never seen";
  EXPECT_EQ(strip({}, "gone", -60ms), "100gone ");
  EXPECT_EQ(strip({}, "stopped", 70ms), "70up 30stopped ")
      << "its event is held back, as one of many perhaps";
  EXPECT_EQ(strip({}, "up", 70ms), "70gone 30up ");
  EXPECT_EQ(strip({event(10ms, "node_stopped")}, "up", 30ms), "10up 20stopped 70up ");
}

TEST(BoardJson, CutsTheSummaryOfAListAtACharacterAndLeavesItWholeAlone)
{
  ShownService service;
  service.summary = std::string(most_listed_summary - 1, 'a') + "ä" + std::string(50, 'b');
  const auto cut = listed(service).at("summary").as_string();
  EXPECT_LE(cut.size(), most_listed_summary);
  EXPECT_TRUE(std::string{cut}.ends_with("…"));
  EXPECT_EQ(in_full(service).at("summary").as_string(), service.summary);
  EXPECT_FALSE(listed(service).contains("perfdata"));
}

TEST(BoardJson, LeavesOutWhatIsNotKnown)
{
  const auto text = json::serialize(listed(ShownService{}));
  for (const auto* member : {"acknowledgement", "downtime", "flapping", "stale", "last_result"}) {
    EXPECT_EQ(text.find(member), std::string::npos) << member;
  }
}

TEST(BoardJson, HasNoNumberForAValueThatIsNotKnown)
{
  ShownValues values;
  values.series.push_back({"load", "", {1.5, std::nullopt, std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(
      json::serialize(to_json(values)),
      R"({"start":0,"step":0,"series":[{"label":"load","unit":"","values":[1.5E0,null,null]}]})");
}

TEST(BoardQuery, ReadsTheFilterInWordsAndAsARequestCarriesIt)
{
  const auto words = services_query({{"filter", "location=de /^web/"}, {"all", true}});
  ASSERT_TRUE(words);
  EXPECT_EQ(words->filter.facts.size(), 1U);
  EXPECT_TRUE(words->all);
  const auto select = services_query({{"select", {{"identity", {"web1"}}}}});
  ASSERT_TRUE(select) << select.error().message;
  EXPECT_EQ(select->filter.identities, std::vector<std::string>{"web1"});
  EXPECT_FALSE(services_query({{"select", {{"identity", 7}}}}));
}

TEST(BoardQuery, RefusesADowntimeOfNobody)
{
  const auto downtime = downtime_query({{"comment", "x"}}, "alice@ops1");
  ASSERT_FALSE(downtime);
  EXPECT_THAT(downtime.error().message, HasSubstr("a downtime of what?"));
}

TEST(BoardQuery, ReadsADowntime)
{
  const auto downtime = downtime_query(
      {{"comment", "x"}, {"nodes", {"web1"}}, {"start", 5000}, {"length", 60}, {"flexible", 10}},
      "alice@ops1");
  ASSERT_TRUE(downtime);
  EXPECT_EQ(downtime->start, at(5000ms));
  EXPECT_EQ(downtime->end, at(65'000ms));
  EXPECT_EQ(downtime->duration, 10s);
  EXPECT_EQ(downtime->caller, "alice@ops1");
}

TEST(BoardQuery, ReadsADowntimeOfAFilterAsARequestHasIt)
{
  const json::object fact{{"name", "os"}, {"op", "="}, {"value", "Debian 12"}};
  const auto downtime = downtime_query(
      {{"comment", "x"}, {"select", {{"fact", {fact}}, {"compound", "not location=uk"}}}}, "alice@ops1");
  ASSERT_TRUE(downtime) << downtime.error().message;
  EXPECT_EQ(downtime->select.facts.at(0).value, "Debian 12");
  EXPECT_EQ(downtime->select.compound, "not location=uk");
  EXPECT_EQ(to_json(*downtime).at("select").at("compound"), "not location=uk");
  EXPECT_FALSE(downtime_query({{"comment", "x"}, {"select", {{"fact", 7}}}}, "alice@ops1"));
}

TEST(BoardQuery, KeepsPicturesWithinBounds)
{
  const auto query =
      graph_query({{"check", "load"}, {"node", "web1"}, {"span", 1}, {"width", 1'000'000}, {"height", 1}});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->span, 1h);
  EXPECT_LE(query->width, 4000);
  EXPECT_GE(query->height, 50);
  EXPECT_FALSE(graph_query({{"check", "load"}}));
  EXPECT_EQ(graph_query({{"check", "load"}, {"kind", "fleet_band"}})->kind, GraphQuery::Kind::fleet_band);
  const auto of_label = graph_query({{"check", "load"}, {"kind", "fleet_band"}, {"label", "load1"}});
  EXPECT_EQ(of_label->kind, GraphQuery::Kind::fleet_values);
  EXPECT_EQ(of_label->label, "load1");
  EXPECT_FALSE(graph_query({{"node", "web1"}}));
}

TEST(BoardQuery, TakesANumberThatIsNoneForZero)
{
  EXPECT_EQ(number({{"n", -5}}, "n"), 0U);
  EXPECT_EQ(number({{"n", "5"}}, "n"), 0U);
  EXPECT_EQ(number({{"n", 1e300}}, "n"), 0U);
  EXPECT_EQ(number({}, "n"), 0U);
}

}  // namespace
}  // namespace muster::collector
