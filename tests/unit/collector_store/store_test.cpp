// SPDX-License-Identifier: Apache-2.0
#include "collector/store/store.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/store/schema.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

StoredService service(const std::string& node, const std::string& check, CheckState state)
{
  StoredService service;
  service.node = node;
  service.last = {
      check, state, "summary of " + check, "line 1\nline 2", "a=1;2;3", noon, noon + 40ms, "five"};
  service.results = 7;
  service.machine = R"({"attempt":2})";
  return service;
}

StoredEvent event(const std::string& node, const std::string& check, Time time)
{
  StoredEvent event;
  event.time = time;
  event.kind = "state";
  event.node = node;
  event.service = check;
  event.before = CheckState::ok;
  event.after = CheckState::critical;
  event.message = "disk full";
  return event;
}

class AStore : public testing::Test {
protected:
  [[nodiscard]] std::filesystem::path file() const { return directory.path() / "collector.db"; }

  [[nodiscard]] Store open() const
  {
    auto store = Store::open(file());
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }

  test::TemporaryDirectory directory;
};

TEST_F(AStore, KeepsWhatIsToBeToldWithTheEventsUntilItWasTold)
{
  Batch batch;
  batch.events = {event("web1", "disk", noon)};
  batch.notifications = {{1, "ops", noon, "{}"}, {2, "chat", noon + 5ms, R"({"a":1})"}};
  {
    auto store = open();
    EXPECT_EQ(*store.last_notification(), 0);
    ASSERT_TRUE(store.write(batch));
  }
  auto store = open();
  const auto waiting = store.notifications();
  ASSERT_TRUE(waiting) << waiting.error().message;
  ASSERT_EQ(waiting->size(), 2U);
  EXPECT_EQ(waiting->back().id, 2);
  EXPECT_EQ(waiting->back().receiver, "chat");
  EXPECT_EQ(waiting->back().queued, noon + 5ms);
  EXPECT_EQ(waiting->back().event, R"({"a":1})");
  Batch told;
  told.notified = {1, 2};
  EXPECT_FALSE(told.empty());
  ASSERT_TRUE(store.write(told));
  EXPECT_TRUE(store.notifications()->empty());
  EXPECT_EQ(*store.last_notification(), 2) << "no number comes twice";
}

TEST_F(AStore, StoresNoEventWhoseNotificationCannotBeStored)
{
  auto store = open();
  Batch batch;
  batch.notifications = {{1, "ops", noon, "{}"}};
  ASSERT_TRUE(store.write(batch));
  batch.events = {event("web1", "disk", noon)};
  EXPECT_FALSE(store.write(batch)) << "that number is taken";
  EXPECT_TRUE(store.events("", "", 10)->empty());
}

TEST_F(AStore, GivesBackWhatWasWrittenAfterItWasOpenedAgain)
{
  Batch batch;
  batch.nodes = {{"web1", {4, 17}, "up", noon}};
  batch.services = {service("web1", "check_disk", CheckState::critical)};
  batch.events = {event("web1", "check_disk", noon)};
  ASSERT_TRUE(open().write(batch));
  auto store = open();
  const auto nodes = store.nodes().value();
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].name, "web1");
  EXPECT_EQ(nodes[0].cursor, (Cursor{4, 17}));
  EXPECT_EQ(nodes[0].state, "up");
  EXPECT_EQ(nodes[0].since, noon);
  const auto services = store.services().value();
  ASSERT_EQ(services.size(), 1U);
  const auto& last = services[0].last;
  EXPECT_EQ(last.check, "check_disk");
  EXPECT_EQ(last.state, CheckState::critical);
  EXPECT_EQ(last.summary, "summary of check_disk");
  EXPECT_EQ(last.details, "line 1\nline 2");
  EXPECT_EQ(last.perfdata, "a=1;2;3");
  EXPECT_EQ(last.started, noon);
  EXPECT_EQ(last.finished, noon + 40ms);
  EXPECT_EQ(last.origin, "five");
  EXPECT_EQ(services[0].results, 7);
  EXPECT_EQ(services[0].machine, R"({"attempt":2})");
  const auto events = store.events("", "", 10).value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].time, noon);
  EXPECT_EQ(events[0].before, CheckState::ok);
  EXPECT_EQ(events[0].after, CheckState::critical);
  EXPECT_EQ(events[0].message, "disk full");
}

TEST_F(AStore, KeepsOneRowForANodeAndForEachOfItsChecks)
{
  auto store = open();
  Batch batch;
  batch.nodes = {{"web1", {1, 1}, "up", noon}};
  batch.services = {service("web1", "a", CheckState::ok), service("web1", "b", CheckState::ok)};
  ASSERT_TRUE(store.write(batch));
  batch.nodes[0].cursor = {1, 2};
  batch.services = {service("web1", "a", CheckState::warning)};
  ASSERT_TRUE(store.write(batch));
  EXPECT_EQ(store.nodes().value().size(), 1U);
  EXPECT_EQ(store.nodes().value()[0].cursor, (Cursor{1, 2}));
  const auto services = store.services().value();
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].last.state, CheckState::warning);
}

TEST_F(AStore, TakesTextsOfEveryKind)
{
  auto store = open();
  auto strange = service("web1", "Robert'); DROP TABLE service;--", CheckState::ok);
  strange.last.summary = std::string{"nul \0 inside", 12};
  strange.last.details = "größer 🐘\x1b[31m";
  strange.last.perfdata.clear();
  ASSERT_TRUE(store.write({{}, {strange}, {}}));
  const auto services = store.services().value();
  ASSERT_EQ(services.size(), 1U);
  EXPECT_EQ(services[0].last.check, strange.last.check);
  EXPECT_EQ(services[0].last.summary, strange.last.summary);
  EXPECT_EQ(services[0].last.details, strange.last.details);
}

TEST_F(AStore, TellsTheNewestEventsFirstOfWhatIsAskedFor)
{
  auto store = open();
  ASSERT_TRUE(store.write(
      {{}, {}, {event("web1", "a", noon), event("web1", "b", noon + 1s), event("web2", "a", noon + 2s)}}));
  const auto times_of = [&](const std::string& node, const std::string& check, std::int64_t most) {
    std::vector<Time> times;
    const auto events = store.events(node, check, most).value();
    for (const auto& one : events) {
      times.push_back(one.time);
    }
    return times;
  };
  EXPECT_EQ(times_of("", "", 10), (std::vector<Time>{noon + 2s, noon + 1s, noon}));
  EXPECT_EQ(times_of("", "", 1), (std::vector<Time>{noon + 2s}));
  EXPECT_EQ(times_of("web1", "", 10), (std::vector<Time>{noon + 1s, noon}));
  EXPECT_EQ(times_of("web1", "a", 10), (std::vector<Time>{noon}));
  EXPECT_TRUE(times_of("web3", "", 10).empty());
}

TEST_F(AStore, RemovesOldEventsSomeAtATime)
{
  auto store = open();
  Batch batch;
  for (int i = 0; i < 10; ++i) {
    batch.events.push_back(event("web1", "a", noon + std::chrono::seconds{i}));
  }
  ASSERT_TRUE(store.write(batch));
  EXPECT_EQ(store.remove_events_before(noon + 5s, 3).value(), 3);
  EXPECT_EQ(store.remove_events_before(noon + 5s, 3).value(), 2);
  EXPECT_EQ(store.remove_events_before(noon + 5s, 3).value(), 0);
  EXPECT_EQ(store.events("", "", 100).value().size(), 5U);
}

TEST_F(AStore, ForgetsANodeButNotWhatHasHappened)
{
  auto store = open();
  Batch batch;
  batch.nodes = {{"web1", {1, 1}, "gone", noon}, {"web2", {1, 1}, "up", noon}};
  batch.services = {service("web1", "a", CheckState::ok), service("web2", "a", CheckState::ok)};
  batch.events = {event("web1", "a", noon)};
  ASSERT_TRUE(store.write(batch));
  ASSERT_TRUE(store.forget("web1"));
  EXPECT_EQ(store.nodes().value().size(), 1U);
  EXPECT_EQ(store.services().value().size(), 1U);
  EXPECT_EQ(store.events("", "", 10).value().size(), 1U);
}

TEST_F(AStore, StoresABatchWholeOrNotAtAll)
{
  auto store = open();
  auto other = open_database(file()).value();
  // What no row may be: the last part of the batch fails, as it would on a full disk.
  ASSERT_TRUE(other.execute(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no space left'); END"));
  Batch batch;
  batch.nodes = {{"web1", {1, 1}, "up", noon}};
  batch.services = {service("web1", "a", CheckState::ok)};
  batch.events = {event("web1", "a", noon)};
  const auto written = store.write(batch);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("no space left"));
  EXPECT_THAT(written.error().message, HasSubstr("collector.db"));
  EXPECT_TRUE(store.nodes().value().empty()) << "the cursor must not move without its results";
  ASSERT_TRUE(other.execute("DROP TRIGGER full"));
  EXPECT_TRUE(store.write(batch)) << "and later it goes on";
  EXPECT_EQ(store.nodes().value().size(), 1U);
}

TEST_F(AStore, IsMadeOnceAndThenKnowsItsVersion)
{
  static_cast<void>(open());
  static_cast<void>(open());
  EXPECT_EQ(open_database(file())->version().value(), newest_schema());
}

TEST_F(AStore, LeavesTheFileOfANewerCollectorAlone)
{
  static_cast<void>(open());
  ASSERT_TRUE(open_database(file())->execute("PRAGMA user_version=99"));
  const auto store = Store::open(file());
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("newer collector"));
  EXPECT_EQ(open_database(file())->version().value(), 99);
}

TEST_F(AStore, NamesAFileThatIsNoDatabaseAndLeavesItAlone)
{
  std::ofstream{file()} << std::string(8192, 'x');
  const auto store = Store::open(file());
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("collector.db"));
  EXPECT_EQ(std::filesystem::file_size(file()), 8192U);
}

TEST_F(AStore, NamesADamagedFile)
{
  {
    auto store = open();
    Batch batch;
    for (int i = 0; i < 500; ++i) {
      batch.services.push_back(service("web" + std::to_string(i), "check", CheckState::ok));
    }
    ASSERT_TRUE(store.write(batch));
    ASSERT_TRUE(store.checkpoint());
  }
  std::fstream damaged{file(), std::ios::in | std::ios::out | std::ios::binary};
  damaged.seekp(4096 * 5);
  damaged << std::string(4096 * 3, '\xff');
  damaged.close();
  const auto store = Store::open(file());
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("collector.db"));
  EXPECT_THAT(store.error().message, HasSubstr("the file is damaged: stop the collector"));
}

// As much as SQLite does not keep in memory.
TEST_F(AStore, RemembersADamagedPageThatItMeetsLater)
{
  auto store = open();
  Batch batch;
  for (int i = 0; i < 20'000; ++i) {
    batch.events.push_back(event("web1", std::string(200, 'x'), noon));
  }
  ASSERT_TRUE(store.write(batch));
  ASSERT_TRUE(store.checkpoint());
  EXPECT_EQ(store.damage(), "");
  std::fstream damaged{file(), std::ios::in | std::ios::out | std::ios::binary};
  damaged.seekp(4096 * 20);
  damaged << std::string(4096 * 900, '\xff');
  damaged.close();
  std::string said;
  for (int i = 0; i < 2 && said.empty(); ++i) {
    const auto events = store.events("", std::string(200, 'y'), 10);
    said = events ? "" : events.error().message;
  }
  EXPECT_THAT(said, HasSubstr("restore a backup"));
  EXPECT_EQ(store.damage(), said);
  EXPECT_TRUE(store.nodes()) << "what is sound can still be read";
  EXPECT_EQ(store.damage(), said) << "and it stays damaged";
}

TEST_F(AStore, ProvesThatThereIsRoomWithoutAChange)
{
  auto store = open();
  Batch batch;
  batch.services.push_back(service("web1", "load", CheckState::ok));
  ASSERT_TRUE(store.write(batch));
  EXPECT_TRUE(store.prove());
  EXPECT_EQ(store.services()->size(), 1U);
  EXPECT_TRUE(Store::open(file())) << "it is of the version that it was";
}

TEST_F(AStore, NamesAFolderThatIsNotThere)
{
  const auto store = Store::open(directory.path() / "nosuch" / "collector.db");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("nosuch"));
}

TEST_F(AStore, KeepsDowntimesAndTheLikeUntilOthersTakeTheirPlace)
{
  auto store = open();
  Batch batch;
  batch.care = {{"downtime", "d1", "{}"}, {"acknowledgement", "web1 disk", "{1}"}};
  ASSERT_TRUE(store.write(batch));
  ASSERT_TRUE(store.write(Batch{})) << "nothing new is no change";
  EXPECT_EQ(store.care()->size(), 2U);
  batch.care = {{"downtime", "d2", "{}"}};
  ASSERT_TRUE(store.write(batch));
  ASSERT_EQ(store.care()->size(), 1U);
  EXPECT_EQ(store.care()->front().id, "d2");
}

TEST_F(AStore, GivesTheStatesOfACheckFromTheLastOneBefore)
{
  auto store = open();
  Batch batch;
  for (const auto age : {50min, 40min, 30min, 10min}) {
    batch.events.push_back(event("web1", "disk", noon - age));
  }
  batch.events.push_back(event("web1", "load", noon - 20min));
  batch.events.push_back(event("web1", "disk", noon - 20min));
  batch.events.back().kind = "acknowledgement_set";
  ASSERT_TRUE(store.write(batch));
  const auto states = store.state_events("web1", "disk", noon - 35min);
  ASSERT_TRUE(states);
  ASSERT_EQ(states->size(), 3U);
  EXPECT_EQ(states->front().time, noon - 40min);
  EXPECT_EQ(states->back().time, noon - 10min);
}

TEST_F(AStore, FindsWhenANodeCameAndWentAlsoAmongMany)
{
  auto store = open();
  Batch batch;
  const auto add = [&batch](const char* node, std::chrono::minutes ago, const char* kind, const char* check) {
    batch.events.push_back(event(node, check, noon - ago));
    batch.events.back().kind = kind;
  };
  add("web1", 60min, "node_new", "");
  add("web1", 30min, "node_gone", "");
  add("web11", 25min, "node_gone", "");
  add("web1", 20min, "downtime_start", "");
  add("web1", 20min, "state", "disk");
  add("", 15min, "nodes_back", "");
  batch.events.back().nodes = {"web1", "web2"};
  add("", 12min, "nodes_stopped", "");
  batch.events.back().nodes = {"web1", "web2"};
  add("", 11min, "nodes_vanished", "");
  batch.events.back().nodes = {"db1", "web1"};
  add("", 10min, "nodes_lost", "");
  batch.events.back().nodes = {"web11", "db1"};
  ASSERT_TRUE(store.write(batch));
  const auto found = store.presence_events("web1", noon - 40min);
  ASSERT_TRUE(found);
  std::vector<std::string> kinds;
  for (const auto& one : *found) {
    kinds.push_back(one.kind);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"node_gone", "nodes_back", "nodes_stopped", "nodes_vanished"}));
}

TEST_F(AStore, KeepsAllOfAnEvent)
{
  auto store = open();
  Batch batch;
  batch.events.push_back(event("", "", noon));
  batch.events.back().hard = true;
  batch.events.back().attempt = 3;
  batch.events.back().silence = "downtime";
  batch.events.back().nodes = {"web1", "web2"};
  ASSERT_TRUE(store.write(batch));
  const auto read = store.events("", "", 1);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->front().hard);
  EXPECT_EQ(read->front().attempt, 3);
  EXPECT_EQ(read->front().silence, "downtime");
  EXPECT_EQ(read->front().nodes, (std::vector<std::string>{"web1", "web2"}));
}

// The tables of version 1, as a collector that had only these has left them.
TEST_F(AStore, BringsAFileOfTheFirstVersionUpToDateAndLosesNothing)
{
  {
    auto store = open();
    Batch batch;
    batch.nodes = {{"web1", {3, 9}, "up", noon}};
    batch.services = {service("web1", "disk", CheckState::warning)};
    batch.events = {event("web1", "disk", noon)};
    ASSERT_TRUE(store.write(batch));
  }
  {
    auto database = open_database(file());
    ASSERT_TRUE(
        database->execute("DROP TABLE notification; DROP TABLE care; ALTER TABLE node DROP COLUMN machine; "
                          "ALTER TABLE event DROP COLUMN hard;"
                          "ALTER TABLE event DROP COLUMN attempt; ALTER TABLE event DROP COLUMN silence;"
                          "ALTER TABLE event DROP COLUMN nodes; PRAGMA user_version=1"));
  }
  auto store = open();
  EXPECT_EQ(store.nodes()->front().cursor, (Cursor{3, 9}));
  EXPECT_EQ(store.nodes()->front().machine, "");
  EXPECT_EQ(store.services()->size(), 1U);
  EXPECT_EQ(store.events("", "", 10)->size(), 1U);
  EXPECT_TRUE(store.care()->empty());
}

}  // namespace
}  // namespace muster::collector
