// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/queue.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Time noon{milliseconds{1'790'000'000'000}};

QueuedItem result_of(const std::string& node, std::int64_t seq, const std::string& summary = "fine")
{
  CheckResult result;
  result.check = "check_disk";
  result.state = CheckState::warning;
  result.summary = summary;
  result.details = "a\nb";
  result.perfdata = "/=1MB;2;3";
  result.started = noon - milliseconds{20};
  result.finished = noon;
  result.origin = "disks";
  QueuedItem item;
  item.node = node;
  item.place = {77, seq};
  item.ahead = milliseconds{-3000};
  item.replayed = true;
  item.what = result;
  return item;
}

PassiveResult told(const QueuedItem& item, const std::string& host, const std::string& service)
{
  PassiveResult passive;
  passive.ticket = item.ticket;
  passive.host = host;
  passive.service = service;
  passive.source = item.node;
  return passive;
}

class QueueOfTwoSinks : public testing::Test {
protected:
  QueueOfTwoSinks() { open(); }

  void open(
      const std::vector<std::string>& sinks = {"icinga", "nagios"},
      std::uint64_t bytes = std::uint64_t{1} << 30U)
  {
    queue_.reset();
    auto opened = Queue::open(file_, {bytes}, sinks, noon);
    ASSERT_TRUE(opened) << opened.error().message;
    queue_ = std::move(*opened);
  }

  void add(const std::string& node, std::int64_t seq, const std::string& summary = "fine")
  {
    Arrivals arrivals;
    arrivals.items = {result_of(node, seq, summary)};
    arrivals.nodes = {{node, {77, seq}, {}}};
    const auto written = queue_->write(arrivals, noon);
    ASSERT_TRUE(written) << written.error().message;
  }

  void settle() { ASSERT_TRUE(queue_->write({}, noon)); }

  std::vector<std::int64_t> seqs(const std::string& sink, Ticket after = 0, std::size_t most = 100)
  {
    std::vector<std::int64_t> seqs;
    for (const auto& item : items(sink, after, most)) {
      seqs.push_back(item.place.seq);
    }
    return seqs;
  }

  std::vector<QueuedItem> items(const std::string& sink, Ticket after = 0, std::size_t most = 100)
  {
    auto slice = queue_->read(sink, after, most);
    EXPECT_TRUE(slice);
    return slice ? slice->items : std::vector<QueuedItem>{};
  }

  void bury_all(const std::string& sink, const std::string& reason = "no such service")
  {
    for (const auto& item : items(sink)) {
      ASSERT_TRUE(queue_->bury(sink, told(item, item.node, "Disk"), reason, noon));
    }
    queue_->set_safe(sink, queue_->last());
    settle();
  }

  std::vector<DeadLetter> letters()
  {
    auto database = sqlite::Database::join(file_, "");
    auto read = DeadLetters::read(*database, 100);
    EXPECT_TRUE(read);
    return read ? *read : std::vector<DeadLetter>{};
  }

  test::TemporaryDirectory folder_;
  std::string file_ = folder_.path("queue.db");
  std::unique_ptr<Queue> queue_;
};

TEST_F(QueueOfTwoSinks, GivesBackAResultAsItCame)
{
  add("web1", 5);
  const auto items = this->items("nagios");
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0].ticket, 1);
  EXPECT_EQ(items[0].node, "web1");
  EXPECT_EQ(items[0].place, (protocol::Cursor{77, 5}));
  EXPECT_EQ(items[0].ahead, milliseconds{-3000});
  EXPECT_TRUE(items[0].replayed);
  const auto& result = std::get<CheckResult>(items[0].what);
  EXPECT_EQ(result.check, "check_disk");
  EXPECT_EQ(result.state, CheckState::warning);
  EXPECT_EQ(result.details, "a\nb");
  EXPECT_EQ(result.perfdata, "/=1MB;2;3");
  EXPECT_EQ(result.finished, noon);
  EXPECT_EQ(result.origin, "disks");
}

TEST_F(QueueOfTwoSinks, GivesBackTheStateOfAHost)
{
  Arrivals arrivals;
  arrivals.items = {{0, "web1", {}, {}, false, HostState{false, noon, "stopped at noon", true}}};
  arrivals.nodes = {{"web1", {}, ToldHost{protocol::NodeState::gone, noon}}};
  ASSERT_TRUE(queue_->write(arrivals, noon));
  const auto items = this->items("nagios");
  ASSERT_THAT(items, SizeIs(1));
  const auto& host = std::get<HostState>(items[0].what);
  EXPECT_FALSE(host.up);
  EXPECT_EQ(host.since, noon);
  EXPECT_EQ(host.text, "stopped at noon");
  EXPECT_TRUE(host.stopped);
  const auto nodes = queue_->nodes();
  ASSERT_TRUE(nodes && nodes->size() == 1);
  EXPECT_EQ(nodes->front().host->state, protocol::NodeState::gone);
}

TEST_F(QueueOfTwoSinks, KeepsCursorsItemsAndPlacesWhenItsProcessDies)
{
  add("web1", 1);
  add("web1", 2);
  queue_->set_safe("nagios", 1);
  settle();
  open();
  EXPECT_THAT(seqs("icinga", queue_->safe("icinga")), ElementsAre(1, 2));
  EXPECT_THAT(seqs("nagios", queue_->safe("nagios")), ElementsAre(2));
  EXPECT_EQ(queue_->nodes()->front().cursor, (protocol::Cursor{77, 2}));
  EXPECT_EQ(queue_->depth(), 2);
}

TEST_F(QueueOfTwoSinks, TakesWhatHasItsPlaceAlreadyOnlyOnce)
{
  add("web1", 1);
  add("web1", 1);
  EXPECT_THAT(seqs("nagios"), ElementsAre(1));
}

TEST_F(QueueOfTwoSinks, DeletesWhatEverySinkIsSafeAbout)
{
  add("web1", 1);
  add("web1", 2);
  queue_->set_safe("nagios", 2);
  settle();
  EXPECT_EQ(queue_->depth(), 2);
  queue_->set_safe("icinga", 1);
  EXPECT_TRUE(queue_->has_news());
  settle();
  EXPECT_FALSE(queue_->has_news());
  EXPECT_EQ(queue_->depth(), 1);
  EXPECT_EQ(queue_->waiting("nagios"), 0);
  EXPECT_EQ(queue_->waiting("icinga"), 1);
  EXPECT_THAT(seqs("icinga"), ElementsAre(2));
}

TEST_F(QueueOfTwoSinks, NeverGivesATicketTwice)
{
  add("web1", 1);
  queue_->set_safe("nagios", 1);
  queue_->set_safe("icinga", 1);
  settle();
  open();
  EXPECT_EQ(queue_->depth(), 0);
  add("web1", 2);
  EXPECT_EQ(items("nagios")[0].ticket, 2);
}

TEST_F(QueueOfTwoSinks, ASafePlaceNeverGoesBackNorAhead)
{
  add("web1", 1);
  add("web1", 2);
  queue_->set_safe("nagios", 2);
  queue_->set_safe("nagios", 1);
  EXPECT_EQ(queue_->safe("nagios"), 2);
  queue_->set_safe("nagios", 3);
  EXPECT_EQ(queue_->safe("nagios"), 2);
}

TEST_F(QueueOfTwoSinks, ASinkThatIsNoMoreHoldsNothing)
{
  add("web1", 1);
  queue_->set_safe("nagios", 1);
  settle();
  open({"nagios"});
  settle();
  EXPECT_EQ(queue_->depth(), 0);
}

TEST_F(QueueOfTwoSinks, ANewSinkBeginsBehindWhatIsThereAndIsToldOfEveryHost)
{
  Arrivals arrivals;
  arrivals.items = {result_of("web1", 1)};
  arrivals.nodes = {{"web1", {77, 1}, ToldHost{protocol::NodeState::up, noon}}};
  ASSERT_TRUE(queue_->write(arrivals, noon));
  open({"icinga", "nagios", "third"});
  EXPECT_THAT(seqs("third", queue_->safe("third")), ElementsAre());
  EXPECT_THAT(seqs("nagios", queue_->safe("nagios")), ElementsAre(1));
  EXPECT_FALSE(queue_->nodes()->front().host);
  EXPECT_EQ(queue_->nodes()->front().cursor, (protocol::Cursor{77, 1}));
}

TEST_F(QueueOfTwoSinks, SlicesEndWhereTheySay)
{
  for (int seq = 1; seq <= 5; ++seq) {
    add("web1", seq);
  }
  const auto slice = queue_->read("nagios", 1, 3);
  ASSERT_TRUE(slice);
  EXPECT_THAT(slice->items, SizeIs(3));
  EXPECT_EQ(slice->until, 4);
  EXPECT_EQ(queue_->read("nagios", 5, 3)->until, 5);
}

TEST_F(QueueOfTwoSinks, AForgottenNodeHasNoCursor)
{
  add("web1", 1);
  Arrivals arrivals;
  arrivals.forgotten = {"web1"};
  ASSERT_TRUE(queue_->write(arrivals, noon));
  EXPECT_THAT(*queue_->nodes(), SizeIs(0));
  EXPECT_THAT(seqs("nagios"), ElementsAre(1));
}

TEST_F(QueueOfTwoSinks, SaysWhenItIsHalfFullAndFullAndWhenThereIsRoomAgain)
{
  constexpr std::uint64_t limit = std::uint64_t{1} << 20U;
  open({"nagios"}, limit);
  const std::string long_text(10'000, 'x');
  std::int64_t seq = 0;
  while (queue_->room() == Queue::Room::plenty) {
    add("web1", ++seq, long_text);
  }
  EXPECT_EQ(queue_->room(), Queue::Room::half);
  EXPECT_LT(queue_->bytes(), limit);
  while (queue_->room() == Queue::Room::half) {
    add("web1", ++seq, long_text);
  }
  EXPECT_EQ(queue_->room(), Queue::Room::full);
  queue_->set_safe("nagios", 2);
  settle();
  EXPECT_EQ(queue_->room(), Queue::Room::full) << "a tenth must be free";
  queue_->set_safe("nagios", seq);
  settle();
  EXPECT_EQ(queue_->room(), Queue::Room::plenty);
}

TEST_F(QueueOfTwoSinks, ADiskThatTakesNoMoreIsAnErrorAndLeavesWhatIsThere)
{
  open({"nagios"}, std::uint64_t{1} << 16U);
  Arrivals huge;
  for (int seq = 1; seq <= 600; ++seq) {
    huge.items.push_back(result_of("web1", seq, std::string(10'000, 'x')));
  }
  huge.nodes = {{"web1", {77, 600}, {}}};
  add("web0", 1);
  const auto written = queue_->write(huge, noon);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io_failure);
  EXPECT_THAT(written.error().message, HasSubstr("full"));
  EXPECT_EQ(queue_->last(), 1);
  EXPECT_THAT(*queue_->nodes(), SizeIs(1));
  EXPECT_TRUE(queue_->prove());
  add("web0", 2);
  EXPECT_THAT(seqs("nagios"), ElementsAre(1, 2));
}

TEST_F(QueueOfTwoSinks, ADamagedFileIsAnErrorThatSaysWhatToDo)
{
  for (int seq = 1; seq <= 200; ++seq) {
    add("web1", seq, std::string(500, 'x'));
  }
  queue_.reset();
  {
    std::fstream bytes{file_, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekp(8192);
    bytes << std::string(20'000, '\x5a');
  }
  const auto opened = Queue::open(file_, {}, {"nagios"}, noon);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("move the file away"));
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_input) << "trying again is of no use";
}

TEST_F(QueueOfTwoSinks, LettersOfOneServiceAreOne)
{
  add("web1", 1, "first");
  add("web1", 2, "second");
  bury_all("nagios");
  const auto letters = this->letters();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].sink, "nagios");
  EXPECT_EQ(letters[0].host, "web1");
  EXPECT_EQ(letters[0].service, "Disk");
  EXPECT_EQ(letters[0].times, 2);
  EXPECT_EQ(letters[0].reason, "no such service");
  EXPECT_EQ(std::get<CheckResult>(letters[0].item.what).summary, "second");
  EXPECT_EQ(queue_->letters().counts().open, 1);
}

TEST_F(QueueOfTwoSinks, ARetryPutsTheLastOfEachBehindTheNewestForThatSinkAlone)
{
  add("web1", 1);
  add("web2", 1);
  bury_all("nagios");
  queue_->set_safe("icinga", queue_->last());
  settle();
  ASSERT_TRUE(leave_wish(file_, "retry"));
  ASSERT_TRUE(queue_->take_wishes(noon).value());
  EXPECT_FALSE(queue_->take_wishes(noon).value());
  const auto again = items("nagios", queue_->safe("nagios"));
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].node, "web1");
  EXPECT_GT(again[0].ticket, 2);
  EXPECT_THAT(items("icinga", queue_->safe("icinga")), SizeIs(0));
  EXPECT_THAT(letters(), SizeIs(0));
  add("web1", 2);
  EXPECT_EQ(queue_->last(), 5);
}

TEST_F(QueueOfTwoSinks, ARetryDoesNotPutAnOlderResultBehindANewerOne)
{
  add("web1", 1);
  bury_all("nagios");
  add("web1", 2);
  ASSERT_TRUE(leave_wish(file_, "retry"));
  ASSERT_TRUE(queue_->take_wishes(noon).value());
  EXPECT_THAT(seqs("nagios", queue_->safe("nagios")), ElementsAre(2));
  EXPECT_THAT(letters(), SizeIs(0));
}

TEST_F(QueueOfTwoSinks, AMendedLetterStaysOnTheListAndIsNotRetried)
{
  add("web1", 1);
  bury_all("nagios");
  EXPECT_TRUE(queue_->letters().has("nagios", "web1", "Disk"));
  queue_->letters().mend("nagios", "web1", "Disk");
  settle();
  EXPECT_FALSE(queue_->letters().has("nagios", "web1", "Disk"));
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_TRUE(letters()[0].mended);
  ASSERT_TRUE(leave_wish(file_, "retry"));
  ASSERT_TRUE(queue_->take_wishes(noon).value());
  EXPECT_THAT(letters(), SizeIs(1));
  EXPECT_THAT(items("nagios", queue_->safe("nagios")), SizeIs(0));
}

TEST_F(QueueOfTwoSinks, AGapStaysOnTheListUntilItIsForgotten)
{
  Arrivals arrivals;
  arrivals.nodes = {{"web1", {77, 9}, {}}};
  arrivals.lost = {{"web1", "results 77.1 to 77.9 are missing"}};
  ASSERT_TRUE(queue_->write(arrivals, noon));
  open();
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_TRUE(letters()[0].is_gap());
  EXPECT_EQ(queue_->letters().counts().gaps, 1);
  ASSERT_TRUE(leave_wish(file_, "forget"));
  ASSERT_TRUE(queue_->take_wishes(noon).value());
  EXPECT_THAT(letters(), SizeIs(0));
  EXPECT_EQ(queue_->letters().counts().gaps, 0);
}

}  // namespace
}  // namespace muster::bridge
