// SPDX-License-Identifier: Apache-2.0
#include "collector/state/state_codec.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return ServiceStory::at(time);
}

KnownService service_after(std::string_view results)
{
  ServiceStory story;
  story.rules.freshness = 5min;
  story.run(results);
  return {story.service, CheckState::warning};
}

KnownNode some_node()
{
  KnownNode node;
  node.state = {NodeStatus::up, at(1s), at(2s), at(3s)};
  node.told = NodeStatus::gone;
  node.attributes = {{"site", "Zürich \"9\""}, {"broker", "mq1"}};
  return node;
}

Downtime some_downtime()
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.comment = "new disks\n\xE2\x80\xAE";
  downtime.start = at(0s);
  downtime.end = at(1h);
  downtime.duration = 10min;
  downtime.nodes = {"web1", "web2"};
  downtime.filter = "site=berlin and not role=db";
  downtime.select.classes = {"web"};
  downtime.select.facts = {{"os", FactOperator::equals, "Debian 12"}};
  downtime.select.compound = "not location=uk";
  downtime.checks = {"disk"};
  downtime.started = true;
  downtime.triggered = {{"web1", at(5s)}, {"web2", at(7s)}};
  return downtime;
}

Acknowledgement some_acknowledgement()
{
  Acknowledgement acknowledgement;
  acknowledgement.node = "web1";
  acknowledgement.check = "disk";
  acknowledgement.caller = "alice@ops1";
  acknowledgement.comment = "on it";
  acknowledgement.set = at(1s);
  acknowledgement.state = CheckState::warning;
  acknowledgement.sticky = true;
  acknowledgement.expires = at(1h);
  return acknowledgement;
}

MassLoss::Held some_held()
{
  MassLoss::Held held;
  held.event.kind = EventKind::node_back;
  held.event.node = "web1";
  held.event.time = at(4s);
  held.event.message = "gone, away for 2 h";
  held.attributes = {{"site", "berlin"}};
  return held;
}

// Whether any of the readers takes it, which all of them must survive.
int readers_that_take(std::string_view text)
{
  int takers = 0;
  takers += parse_known_service(text).has_value() ? 1 : 0;
  takers += parse_known_node(text).has_value() ? 1 : 0;
  takers += parse_downtime(text).has_value() ? 1 : 0;
  takers += parse_acknowledgement(text).has_value() ? 1 : 0;
  takers += parse_held(text).has_value() ? 1 : 0;
  return takers;
}

std::vector<std::string> one_of_each()
{
  return {
      encode(service_after("OCCCO")),
      encode(some_node()),
      encode(some_downtime()),
      encode(some_acknowledgement()),
      encode(some_held())};
}

}  // namespace

TEST(StateCodec, GivesAServiceBackAsItWas)
{
  for (const auto* results : {"", "O", "C", "CCC", "OCOCOCOCOCOCOCOCOCOCOCO", "OWCUOWCUOWCU"}) {
    const auto service = service_after(results);
    const auto again = parse_known_service(encode(service));
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(*again, service) << results;
  }
  auto stale = service_after("O");
  ServiceRules rules;
  rules.freshness = 5min;
  take_time(stale.state, rules, at(1h), at(0s));
  ASSERT_TRUE(stale.state.stale);
  EXPECT_EQ(parse_known_service(encode(stale)), stale);
  stale.before_absence = CheckState::warning;
  EXPECT_EQ(parse_known_service(encode(stale)), stale);
}

TEST(StateCodec, WritesAServiceAsTheJsonThatOtherReadersOfTheFileKnow)
{
  EXPECT_EQ(
      encode(KnownService{}),
      R"({"state":0,"since":0,"hard":true,"attempt":0,"counted":0,"hard_state":0,"hard_since":0,"stale":false,)"
      R"("flapping":{"changes":0,"active":false,"since":0},"told":0})");
  const auto text = encode(service_after("C"));
  EXPECT_EQ(text.substr(0, 8), "{\"last\":") << text;
  EXPECT_NE(text.find(R"("flapping":{"changes":0,"last":2,"active":false,)"), std::string::npos) << text;
}

TEST(StateCodec, GivesANodeBackAsItWas)
{
  EXPECT_EQ(parse_known_node(encode(some_node())), some_node());
  EXPECT_EQ(parse_known_node(encode(KnownNode{})), KnownNode{});
}

TEST(StateCodec, GivesADowntimeBackButForItsPredicate)
{
  const auto given = some_downtime();
  const auto again = parse_downtime(encode(given));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(encode(*again), encode(given));
  EXPECT_EQ(again->comment, given.comment);
  EXPECT_EQ(again->duration, given.duration);
  EXPECT_EQ(again->nodes, given.nodes);
  EXPECT_EQ(again->triggered, given.triggered);
  EXPECT_FALSE(again->matches);
  auto fixed = given;
  fixed.duration.reset();
  EXPECT_FALSE(parse_downtime(encode(fixed))->duration.has_value());
}

// As they were written before a downtime had a filter as a request has it.
TEST(StateCodec, ReadsADowntimeOfAnOlderStoreAsItWasMeantThen)
{
  const auto stored = [](const std::string& nodes, const std::string& filter) {
    return R"({"id":"d1","caller":"alice@ops1","comment":"x","start":1,"end":2,"nodes":[)" + nodes +
           R"(],"filter":")" + filter + R"(","checks":[],"started":true,"triggered":{}})";
  };
  const auto both = parse_downtime(stored(R"("web1")", "location=uk"));
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_TRUE(both->either);
  EXPECT_TRUE(both->select.empty());
  EXPECT_TRUE(parse_downtime(encode(*both))->either) << "it stays so";
  EXPECT_FALSE(parse_downtime(stored(R"("web1")", ""))->either);
  EXPECT_FALSE(parse_downtime(stored("", "location=uk"))->either);
}

TEST(StateCodec, ReadsADowntimeThatHasBegunForMoreNodesThanAMessageHasRoomFor)
{
  auto downtime = some_downtime();
  for (int number = 0; number < 100'000; ++number) {
    downtime.triggered.emplace("node" + std::to_string(number) + ".example.org", at(1s));
  }
  const auto again = parse_downtime(encode(downtime));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->triggered, downtime.triggered);
}

TEST(StateCodec, GivesAnAcknowledgementBackAsItWas)
{
  const auto given = some_acknowledgement();
  const auto again = parse_acknowledgement(encode(given));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(encode(*again), encode(given));
  EXPECT_EQ(again->expires, given.expires);
  EXPECT_EQ(again->state, CheckState::warning);
  EXPECT_TRUE(again->sticky);
}

TEST(StateCodec, GivesBackWhatWasHeld)
{
  const auto again = parse_held(encode(some_held()));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->event.kind, EventKind::node_back);
  EXPECT_EQ(again->event.node, "web1");
  EXPECT_EQ(again->event.time, at(4s));
  EXPECT_EQ(again->attributes, some_held().attributes);
}

TEST(StateCodec, GivesBackWhateverKindWasHeld)
{
  for (const auto kind :
       {EventKind::node_gone, EventKind::node_stopped, EventKind::node_vanished, EventKind::node_back}) {
    auto held = some_held();
    held.event.kind = kind;
    const auto again = parse_held(encode(held));
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(again->event.kind, kind);
  }
}

TEST(StateCodec, IsOneShortLine)
{
  for (const auto& text : one_of_each()) {
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_LT(text.size(), 400U) << text;
  }
}

TEST(StateCodec, SaysWhereItIsDamaged)
{
  const auto message = [](const std::string& text) { return parse_known_service(text).error().message; };
  EXPECT_EQ(message(""), "service: damaged: incomplete JSON");
  EXPECT_EQ(message("[]"), "service: damaged: expected a JSON object");
  EXPECT_EQ(message("{}"), "service.state: expected an integer from 0 to 3");
  auto text = encode(service_after("OC"));
  text.replace(text.find("\"changes\":1"), 11, "\"changes\":-1");
  EXPECT_EQ(message(text), "service.flapping.changes: expected an integer from 0 to 1048575");
}

TEST(StateCodec, TakesNothingThatIsCutOff)
{
  for (const auto& text : one_of_each()) {
    ASSERT_EQ(readers_that_take(text), 1) << text;
    for (std::size_t length = 0; length < text.size(); ++length) {
      EXPECT_EQ(readers_that_take(text.substr(0, length)), 0) << text.substr(0, length);
    }
  }
}

TEST(StateCodec, TakesNoValueOfTheWrongKind)
{
  struct Row {
    std::string from;
    std::string to;
  };

  const auto takes = [](std::string text, const Row& row) {
    const auto found = text.find(row.from);
    EXPECT_NE(found, std::string::npos) << row.from;
    text.replace(found, row.from.size(), row.to);
    return readers_that_take(text) > 0;
  };
  for (const auto& row :
       {Row{"\"hard\":true", "\"hard\":1"},
        Row{"\"hard_state\":", "\"hard_state\":4"},
        Row{"\"since\":", "\"since\":-"},
        Row{"\"attempt\":", "\"attempt\":99999999999"},
        Row{"\"last\":", "\"last\":1e"}}) {
    EXPECT_FALSE(takes(encode(service_after("OCCC")), row)) << row.to;
  }
  EXPECT_FALSE(takes(encode(some_node()), {"\"up\"", "\"UP\""}));
  EXPECT_FALSE(takes(encode(some_node()), {"\"mq1\"", "7"}));
  EXPECT_FALSE(takes(encode(some_downtime()), {"\"web1\",", "1,"}));
  EXPECT_FALSE(takes(encode(some_downtime()), {R"("class":["web"])", R"("class":[1])"}));
  EXPECT_FALSE(takes(encode(some_downtime()), {"\"web1\":", "\"web1\":\"x\",\"y\":"}));
  EXPECT_FALSE(takes(encode(some_acknowledgement()), {"\"web1\"", "\"../web1\""}));
  EXPECT_FALSE(takes(encode(some_held()), {"node_back", "node_new"}));
}

TEST(StateCodec, SurvivesAnyByteThatFlips)
{
  std::mt19937 random{20261124};
  for (const auto& text : one_of_each()) {
    for (int round = 0; round < 2000; ++round) {
      auto damaged = text;
      damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
      EXPECT_LE(readers_that_take(damaged), 1) << damaged;
    }
  }
}

}  // namespace muster::collector
