// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_book.hpp"

#include <gtest/gtest.h>

#include "collector/fleet_measurements.hpp"

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

TEST(FleetBook, GoesOnAfterARestartAsIfNothingHadBeen)
{
  FleetBook book;
  book.connected(noon);
  book.take(presence("web1"), 0s, noon);
  book.take(result("web1", 1, CheckState::critical, noon), noon);
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.start = noon;
  downtime.end = noon + 1h;
  downtime.filter = "web";
  ASSERT_TRUE(book.add_downtime(downtime, noon));
  Acknowledgement acknowledgement;
  acknowledgement.node = "web1";
  acknowledgement.check = "load";
  acknowledgement.caller = "alice@ops1";
  acknowledgement.set = noon;
  ASSERT_TRUE(book.acknowledge(acknowledgement));
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

}  // namespace
}  // namespace muster::collector
