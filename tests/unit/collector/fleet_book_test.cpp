// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_book.hpp"

#include <gtest/gtest.h>

#include "collector/fleet_measurements.hpp"
#include "collector/state/state_codec.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using fleet::ResultStream;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

ResultStream::Output result(
    const std::string& node,
    std::int64_t seq,
    CheckState state,
    Time finished,
    std::chrono::milliseconds ahead = 0ms)
{
  ResultStream::Taken taken;
  taken.message.node = node;
  taken.message.epoch = 1;
  taken.message.seq = seq;
  taken.message.now = finished + ahead;
  taken.message.result = {
      "load",
      state,
      "LOAD",
      "",
      "load1=1.5;2;4",
      finished + ahead - 40ms,
      finished + ahead,
      "collector@mon1"};
  return taken;
}

protocol::Presence presence(const std::string& node, const std::string& site = "")
{
  protocol::Presence presence;
  presence.name = node;
  presence.classes = {"web"};
  presence.all_classes = true;
  if (!site.empty()) {
    presence.facts.set("site", FactValue{site});
  }
  return presence;
}

std::string kinds(const std::vector<StoredEvent>& events)
{
  std::string text;
  for (const auto& event : events) {
    text += (text.empty() ? "" : " ") + event.kind;
  }
  return text;
}

Downtime downtime_at_noon()
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.start = noon;
  downtime.end = noon + 1h;
  return downtime;
}

// What the store would give back.
StoredFleet stored(FleetBook& book)
{
  auto batch = book.take_news();
  return {std::move(batch.nodes), std::move(batch.services), batch.care.value_or(std::vector<StoredCare>{})};
}

TEST(FleetBook, StoresAResultWithItsCursorItsStateAndItsEvents)
{
  FleetBook book;
  book.take(result("web1", 1, CheckState::critical, noon), noon);
  const auto batch = book.take_news();
  EXPECT_EQ(batch.nodes.at(0).cursor, (Cursor{1, 1}));
  EXPECT_EQ(batch.services.at(0).last.state, CheckState::critical);
  EXPECT_EQ(batch.services.at(0).results, 1);
  EXPECT_FALSE(batch.services.at(0).machine.empty());
  EXPECT_EQ(kinds(batch.events), "check_new state");
  EXPECT_TRUE(book.take_news().empty());
}

TEST(FleetBook, HoldsASiteToDependOnItsRouter)
{
  EngineRules rules;
  Dependency of_berlin;
  of_berlin.parent_node = "router1";
  of_berlin.filter.facts = {{"site", FactOperator::equals, "berlin"}};
  FleetBook book;
  rules.dependencies =
      find_nodes({of_berlin}, [&book](const std::string& name) { return book.presence_of(name); });
  book = FleetBook{rules};
  book.connected(noon);
  for (const auto& [name, site] : {std::pair{"web1", "berlin"}, {"web2", "hamburg"}, {"router1", "berlin"}}) {
    book.take(presence(name, site), 0s, noon);
  }
  auto gone = presence("router1", "berlin");
  gone.state = protocol::NodeState::gone;
  book.take(gone, 0s, noon + 1min);
  book.take_time(noon + 10min);
  EXPECT_TRUE(book.state().broken_parent({"web1", "load"}));
  EXPECT_FALSE(book.state().broken_parent({"web2", "load"}));
  EXPECT_FALSE(book.state().broken_parent({"router1", ""})) << "what is wrong with it is its own";
}

TEST(FleetBook, KeepsADowntimeToTheNodesForWhichAllOfItHolds)
{
  FleetBook book;
  const auto take_presences = [](FleetBook& one) {
    one.take(presence("web1", "fra"), 0s, noon);
    one.take(presence("web2", "fra"), 0s, noon);
    one.take(presence("db1"), 0s, noon);
  };
  take_presences(book);
  auto downtime = downtime_at_noon();
  downtime.nodes = {"web1", "db1"};
  downtime.filter = "site=fra";
  downtime.select.compound = "not nosuch";
  ASSERT_TRUE(book.add_downtime(downtime, noon));
  const auto covered = [](const FleetBook& one) {
    std::string names;
    for (const auto* name : {"web1", "web2", "db1"}) {
      names += one.state().downtimes().covering(name, "load", noon) == nullptr ? "" : name;
    }
    return names;
  };
  EXPECT_EQ(covered(book), "web1");
  FleetBook again;
  again.restore(stored(book), noon);
  take_presences(again);
  EXPECT_EQ(again.damaged(), 0U);
  EXPECT_EQ(covered(again), "web1");
}

TEST(FleetBook, RefusesADowntimeThatHangsOnWhatOnlyTheNodeKnows)
{
  FleetBook book;
  auto downtime = downtime_at_noon();
  downtime.select.compound = "nrpe('check_load').exitcode=2";
  const auto refused = book.add_downtime(downtime, noon);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("cannot ask data functions"), std::string::npos);
  EXPECT_FALSE(book.add_downtime(downtime_at_noon(), noon)) << "of nobody";
}

TEST(FleetBook, GoesOnAfterARestartAsIfNothingHadBeen)
{
  FleetBook book;
  book.connected(noon);
  book.take(presence("web1"), 0s, noon);
  book.take(result("web1", 1, CheckState::critical, noon), noon);
  auto downtime = downtime_at_noon();
  downtime.filter = "web";
  ASSERT_TRUE(book.add_downtime(downtime, noon));
  Acknowledgement acknowledgement;
  acknowledgement.node = "web1";
  acknowledgement.check = "load";
  acknowledgement.caller = "alice@ops1";
  acknowledgement.set = noon;
  ASSERT_TRUE(book.acknowledge({acknowledgement}));
  FleetBook again;
  again.restore(stored(book), noon + 1min);
  EXPECT_EQ(again.damaged(), 0U);
  again.take(presence("web1"), 0s, noon + 1min);
  EXPECT_NE(again.state().downtimes().covering("web1", "load", noon + 2min), nullptr);
  EXPECT_NE(again.state().acknowledgements().of("web1", "load"), nullptr);
  EXPECT_EQ(again.state().find("web1", "load")->known, book.state().find("web1", "load")->known);
  again.take_news();
  again.take(result("web1", 2, CheckState::critical, noon + 2min), noon + 2min);
  EXPECT_EQ(kinds(again.take_news().events), "") << "it is the same problem";
}

TEST(FleetBook, BeginsAStateAnewThatCannotBeRead)
{
  FleetBook book;
  book.take(result("web1", 1, CheckState::critical, noon), noon);
  auto broken = stored(book);
  broken.services.at(0).machine = "{";
  broken.nodes.at(0).machine = "[]";
  broken.care.push_back({"downtime", "x", "no JSON"});
  FleetBook again;
  again.restore(std::move(broken), noon);
  EXPECT_EQ(again.damaged(), 3U);
  EXPECT_EQ(again.state().find("web1", "load")->known.state.state, CheckState::critical);
}

TEST(FleetBook, StoresTheStateOfANodeWithEachOfItsCursors)
{
  FleetBook book;
  book.take(presence("web1"), 0s, noon);
  const auto first = book.take_news().nodes.at(0);
  book.take(result("web1", 1, CheckState::ok, noon), noon);
  const auto with_cursor = book.take_news().nodes.at(0);
  EXPECT_EQ(with_cursor.cursor, (Cursor{1, 1}));
  EXPECT_EQ(with_cursor.machine, first.machine);
  EXPECT_EQ(with_cursor.state, "up");
  auto stopped = presence("web1");
  stopped.state = protocol::NodeState::stopped;
  book.take(stopped, 0s, noon + 1min);
  const auto changed = book.take_news().nodes.at(0);
  EXPECT_EQ(changed.state, "stopped");
  EXPECT_NE(changed.machine, first.machine);
}

TEST(FleetBook, StoresAStateThatCouldNotBeReadAsItBeganAnew)
{
  FleetBook book;
  book.take(presence("web1"), 0s, noon);
  auto broken = stored(book);
  broken.nodes.at(0).machine = "[]";
  FleetBook again;
  again.restore(std::move(broken), noon);
  again.take(result("web1", 1, CheckState::ok, noon), noon);
  EXPECT_TRUE(parse_known_node(again.take_news().nodes.at(0).machine));
}

TEST(FleetBook, CorrectsTheTimesOfAClockThatIsWrong)
{
  FleetBook book;
  book.take(result("web1", 1, CheckState::ok, noon, 1h), noon);
  EXPECT_EQ(book.services().at({"web1", "load"}).last.finished, noon);
  book.take(result("web2", 1, CheckState::ok, noon, 500ms), noon);
  EXPECT_EQ(book.services().at({"web2", "load"}).last.finished, noon + 500ms)
      << "that is how long a message takes";
}

TEST(FleetBook, KeepsAHoleAsAnEvent)
{
  FleetBook book;
  book.take(ResultStream::Gap{"web1", {1, 5}, {1, 9}}, noon);
  const auto batch = book.take_news();
  EXPECT_EQ(kinds(batch.events), "gap");
  EXPECT_EQ(batch.nodes.at(0).cursor, (Cursor{1, 9}));
}

TEST(FleetBook, MeasuresWhatAResultSays)
{
  FleetBook book;
  book.take(result("web1", 1, CheckState::ok, noon), noon);
  const auto measurements = book.take_measurements();
  ASSERT_EQ(measurements.size(), 1U);
  EXPECT_EQ(measurements.front().node, "web1");
  EXPECT_EQ(measurements.front().perfdata.values.at(0).label, "load1");
  EXPECT_TRUE(book.take_measurements().empty());
}

TEST(FleetBook, ForgetsANodeWithWhatWasNew)
{
  FleetBook book;
  book.take(presence("web1"), 0s, noon);
  book.take(result("web1", 1, CheckState::critical, noon), noon);
  book.forget("web1", noon);
  const auto batch = book.take_news();
  EXPECT_TRUE(batch.nodes.empty());
  EXPECT_TRUE(batch.services.empty());
  EXPECT_TRUE(book.services().empty());
}

TEST(FleetMeasurements, CountStatesAndRunTimesOfEachCheck)
{
  FleetBook book;
  for (int i = 0; i < 10; ++i) {
    const auto name = "web" + std::to_string(i);
    book.take(presence(name), 0s, noon);
    book.take(result(name, 1, i < 3 ? CheckState::critical : CheckState::ok, noon), noon);
  }
  auto gone = presence("web0");
  gone.state = protocol::NodeState::stopped;
  book.take(gone, 0s, noon + 1s);
  const auto measurements = fleet_measurements(book, std::chrono::floor<std::chrono::seconds>(noon));
  ASSERT_EQ(measurements.size(), 1U);
  std::map<std::string, double> values;
  for (const auto& value : measurements.front().perfdata.values) {
    values[value.label] = value.value;
  }
  EXPECT_EQ(values["ok"], 7);
  EXPECT_EQ(values["critical"], 2);
  EXPECT_EQ(values["missing"], 1);
  EXPECT_DOUBLE_EQ(values["median"], 0.04);
  EXPECT_DOUBLE_EQ(values["max"], 0.04);
}

// One whose check was removed from its configuration, and that somebody has told the collector.
class ForgottenCheck : public testing::Test {
protected:
  ForgottenCheck()
  {
    book.connected(noon);
    book.take(presence("web1"), 0s, noon);
    book.take(result("web1", 1, CheckState::critical, noon), noon);
    before = stored(book);
    EXPECT_TRUE(book.forget_check("web1", "load", "alice@ops1", noon + 1min));
  }

  static ResultStream::Output replayed(std::int64_t seq)
  {
    auto output = result("web1", seq, CheckState::critical, noon);
    std::get<ResultStream::Taken>(output).replayed = true;
    return output;
  }

  [[nodiscard]] static bool is_known(const FleetBook& in)
  {
    return in.state().find("web1", "load") != nullptr || in.services().contains({"web1", "load"});
  }

  FleetBook book;
  StoredFleet before;
};

TEST_F(ForgottenCheck, IsGoneFromMemoryAndStoreAndThatIsOnRecord)
{
  EXPECT_FALSE(is_known(book));
  EXPECT_EQ(book.state().counts(noon).services, (std::array<std::size_t, 4>{}));
  const auto batch = book.take_news();
  EXPECT_EQ(batch.removed.at(0), std::pair(std::string{"web1"}, std::string{"load"}));
  EXPECT_EQ(kinds(batch.events), "check_forgotten");
  EXPECT_EQ(batch.events.at(0).message, "forgotten by alice@ops1");
  EXPECT_EQ(book.forget_check("web1", "load", "alice@ops1", noon).error().code, ErrorCode::not_found);
}

TEST_F(ForgottenCheck, IsNotBroughtBackByWhatItsNodeRecordedBefore)
{
  book.take(replayed(2), noon + 2min);
  EXPECT_FALSE(is_known(book));
  EXPECT_EQ(book.take_news().nodes.at(0).cursor, (Cursor{1, 2})) << "but it is taken";
}

TEST_F(ForgottenCheck, StaysForgottenAfterARestart)
{
  before.services.clear();
  before.care = book.take_news().care.value();
  FleetBook again;
  again.restore(std::move(before), noon + 2min);
  EXPECT_EQ(again.damaged(), 0U);
  again.take(replayed(2), noon + 2min);
  EXPECT_FALSE(is_known(again));
}

TEST_F(ForgottenCheck, IsBackWithItsNextResult)
{
  book.take(result("web1", 2, CheckState::ok, noon + 2min), noon + 2min);
  EXPECT_TRUE(is_known(book));
  const auto batch = book.take_news();
  EXPECT_EQ(batch.care->size(), 0U) << "nothing to be remembered any more";
  EXPECT_EQ(batch.services.size(), 1U);
  book.take(replayed(3), noon + 3min);
  EXPECT_TRUE(is_known(book));
}

// A collector with one schedule of one check.
class RefusedSchedule : public testing::Test {
protected:
  static EngineRules rules()
  {
    EngineRules rules;
    rules.schedules = {{"loads", {"load"}}, {"disks", {"disk"}}};
    rules.mass = {30s, 5, 10min};
    rules.rules_for = [](const std::string&, const std::string&) {
      ServiceRules service;
      service.max_attempts = 1;
      return service;
    };
    return rules;
  }

  RefusedSchedule() { book.connected(noon); }

  void meet(int nodes)
  {
    for (int i = 0; i < nodes; ++i) {
      book.take(presence("web" + std::to_string(i)), 0s, noon);
    }
    book.take_news();
  }

  [[nodiscard]] CheckState state(const std::string& node) const
  {
    const auto* service = book.state().find(node, "schedule:loads");
    return service == nullptr ? CheckState::ok : service->known.state.state;
  }

  static Turn turn(Time sent, std::set<std::string> refused = {})
  {
    return {"loads", sent, sent + 15s, std::move(refused)};
  }

  // The events by the end of the window.
  std::vector<StoredEvent> events(Time now)
  {
    book.take_time(now);
    return book.take_news().events;
  }

  FleetBook book{rules()};
};

TEST_F(RefusedSchedule, IsACheckOfTheNodeThatIsUnknownAndToldOnce)
{
  meet(1);
  for (const auto turn_at : {0s, 60s, 120s}) {
    book.take_refusal("loads", "web0", "policy - may not", noon + turn_at);
    book.end_turn(turn(noon + turn_at, {"web0"}), noon + turn_at + 15s);
  }
  EXPECT_EQ(state("web0"), CheckState::unknown);
  EXPECT_EQ(book.services().at({"web0", "schedule:loads"}).last.summary, "refused: policy - may not");
  EXPECT_EQ(book.services().at({"web0", "schedule:loads"}).results, 0) << "it is no result of the node";
  const auto told = events(noon + 3min);
  ASSERT_EQ(kinds(told), "state");
  EXPECT_EQ(told[0].node, "web0");
  EXPECT_EQ(told[0].service, "schedule:loads");
  EXPECT_TRUE(told[0].hard);
}

TEST_F(RefusedSchedule, OfManyNodesIsOneEvent)
{
  meet(1000);
  for (int i = 0; i < 1000; ++i) {
    book.take_refusal("loads", "web" + std::to_string(i), "policy - may not", noon);
  }
  EXPECT_EQ(kinds(events(noon + 1s)), "");
  const auto told = events(noon + 31s);
  ASSERT_EQ(kinds(told), "schedule_refused");
  EXPECT_EQ(told[0].nodes.size(), 1000U);
  EXPECT_EQ(
      told[0].message,
      "1000 nodes refuse the schedule loads, web0: refused: policy - may not: web0, web1, web10, web100, "
      "web101 "
      "and 995 more");
}

TEST_F(RefusedSchedule, IsOverWithAResultOfATurnThatWasNotRefused)
{
  meet(1);
  book.take_refusal("loads", "web0", "busy - no room", noon);
  book.take(result("web0", 1, CheckState::ok, noon + 1s), noon + 1s);
  book.end_turn(turn(noon, {"web0"}), noon + 15s);
  EXPECT_EQ(state("web0"), CheckState::unknown) << "somebody else's schedule has the same check";
  book.take(result("web0", 2, CheckState::ok, noon + 61s), noon + 61s);
  book.end_turn(turn(noon + 60s), noon + 75s);
  EXPECT_EQ(state("web0"), CheckState::ok);
}

TEST_F(RefusedSchedule, IsNotOverWithTheResultOfAnotherSchedule)
{
  meet(1);
  book.take_refusal("disks", "web0", "policy - may not", noon);
  book.take(result("web0", 1, CheckState::ok, noon + 1s), noon + 1s);
  book.end_turn({"disks", noon + 1s, noon + 15s, {}}, noon + 15s);
  EXPECT_EQ(book.state().find("web0", "schedule:disks")->known.state.state, CheckState::unknown);
}

TEST_F(RefusedSchedule, IsOverWhenTheNodeIsSilentForSomeTurns)
{
  meet(1);
  book.take_refusal("loads", "web0", "policy - may not", noon);
  book.end_turn(turn(noon + 60s), noon + 75s);
  book.end_turn(turn(noon + 120s), noon + 135s);
  EXPECT_EQ(state("web0"), CheckState::unknown) << "refusals may be lost";
  book.end_turn(turn(noon + 180s), noon + 195s);
  EXPECT_EQ(state("web0"), CheckState::ok);
}

TEST_F(RefusedSchedule, IsKnownAfterARestartAndSoIsWhatWasHeldBack)
{
  meet(6);
  for (int i = 0; i < 6; ++i) {
    book.take_refusal("loads", "web" + std::to_string(i), "policy - may not", noon);
  }
  auto batch = book.take_news();
  ASSERT_TRUE(batch.care);
  FleetBook later{rules()};
  later.restore({batch.nodes, batch.services, *batch.care}, noon + 5s);
  later.connected(noon + 5s);
  later.take_time(noon + 40s);
  EXPECT_EQ(kinds(later.take_news().events), "schedule_refused");
  later.take(result("web0", 1, CheckState::ok, noon + 61s), noon + 61s);
  later.end_turn(turn(noon + 60s, {"web1"}), noon + 75s);
  EXPECT_EQ(later.state().find("web0", "schedule:loads")->known.state.state, CheckState::ok);
  EXPECT_EQ(later.state().find("web1", "schedule:loads")->known.state.state, CheckState::unknown);
}

TEST_F(RefusedSchedule, IsOverWhenThereIsNoSuchScheduleAnyMore)
{
  meet(1);
  book.take_refusal("loads", "web0", "policy - may not", noon);
  auto batch = book.take_news();
  FleetBook later;
  later.restore({batch.nodes, batch.services, *batch.care}, noon + 5s);
  EXPECT_EQ(later.state().find("web0", "schedule:loads")->known.state.state, CheckState::ok);
}

TEST_F(RefusedSchedule, OfANodeThatIsNotKnownOrWasForgottenIsNotKept)
{
  meet(1);
  book.take_refusal("loads", "stranger", "policy - may not", noon);
  EXPECT_EQ(book.services().size(), 0U);
  book.take_refusal("loads", "web0", "policy - may not", noon);
  book.forget("web0", noon + 1s);
  EXPECT_EQ(kinds(events(noon + 40s)), "node_forgotten");
  EXPECT_EQ(book.services().size(), 0U);
}

}  // namespace
}  // namespace muster::collector
