// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_frame.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/watch/watch_rows.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {
namespace {

using namespace std::chrono_literals;
using protocol::json::object;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const WallClock now{1'000'000s};

// A fleet of three nodes with these checks; as the collector tells it.
object told(const std::string& services, const std::string& more = "")
{
  return boost::json::parse(
             R"({"counts":{"nodes":{"up":3,"gone":1,"stopped":0},"services":{"ok":5},)"
             R"("need_somebody":{"critical":2,"warning":1}},"services":[)" +
             services + "]" + more + "}")
      .as_object();
}

std::string problem(
    const std::string& node, const std::string& summary = "full", const std::string& more = "")
{
  return R"({"node":")" + node + R"(","check":"disk","state":"CRITICAL","since":999940000,"hard":true,)" +
         R"("attempt":3,"summary":")" + summary + "\"" + more + "}";
}

class WatchFrameTest : public testing::Test {
protected:
  WatchFrameTest()
  {
    picture_.collector = "collector@mon1";
    picture_.told_at = now - 1s;
    picture_.now = now;
    picture_.options.columns = 80;
    picture_.options.zone = Zone::utc;
    picture_.lines = 12;
  }

  std::vector<std::string> show(const object& status)
  {
    status_ = status;
    picture_.told = &status_;
    frame_ = watch_frame(picture_);
    return frame_.lines;
  }

  object status_;
  WatchPicture picture_;
  WatchFrame frame_;
};

TEST_F(WatchFrameTest, HasTheCountsTheProblemsAndTheKeys)
{
  const auto lines = show(told(problem("web1")));
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[0], "2 CRITICAL, 1 WARNING; 5 checks OK; nodes: 3 up, 1 gone, 0 stopped");
  EXPECT_EQ(lines[1], "collector@mon1, told 1 s ago");
  EXPECT_EQ(lines[2], "");
  EXPECT_EQ(lines[3], "> CRITICAL 1 min  disk web1 full");
  EXPECT_EQ(lines[11], "q quit  / filter  a all  Enter details  space hold  ? help");
}

TEST_F(WatchFrameTest, SaysThatAllIsWell)
{
  const auto lines = show(told(""));
  EXPECT_EQ(lines[3], "No problems.");
}

TEST_F(WatchFrameTest, FitsANarrowTerminal)
{
  picture_.options.columns = 40;
  const auto lines =
      show(told(problem("a-very-long-name.example.net", "the disk is as full as a disk can be")));
  EXPECT_EQ(lines[3], "> CRIT 1 min  disk a-very-… the disk is…");
  for (const auto& line : lines) {
    EXPECT_LE(display_width(line), 40U) << line;
  }
}

TEST_F(WatchFrameTest, CutsWideCharactersWhereTheyFit)
{
  picture_.options.columns = 44;
  const auto lines = show(told(problem("web1", "日本語日本語日本語日本語日本語")));
  EXPECT_THAT(lines[3], HasSubstr("日本語"));
  EXPECT_THAT(lines[3], testing::EndsWith("…"));
  EXPECT_LE(display_width(lines[3]), 44U);
  EXPECT_GE(display_width(lines[3]), 43U);
}

TEST_F(WatchFrameTest, LetsNoNodeTouchTheTerminal)
{
  const auto evil = std::string{R"(\u001b]0;title\u0007\u001b[2J\u009b2J\u202e\r\n\tevil)"};
  const auto status = told(
      problem(evil, evil, R"(,"acknowledgement":{"caller":")" + evil + R"(","comment":")" + evil + R"("})"),
      R"(,"nodes":[{"name":")" + evil + R"(","status":")" + evil +
          R"(","since":5}],"health":{"problems":[")" + evil + R"("]})");
  picture_.collector = "\x1b[2J";
  picture_.complaint = "\x1b[2J";
  picture_.view.filter = "evil";
  auto lines = show(status);
  EXPECT_THAT(lines, Contains(HasSubstr("evil")));
  picture_.silence = StatusPolling::Silence{now, "\x1b[2J"};
  picture_.view.prompt = "\x1b[2J";
  const auto more = show(status);
  lines.insert(lines.end(), more.begin(), more.end());
  picture_.view.details = true;
  picture_.view.selected = frame_.ground.rows.front();
  const auto details = show(status);
  lines.insert(lines.end(), details.begin(), details.end());
  for (const char* control : {"\x1b", "\x07", "\xc2\x9b", "\r", "\n", "\t", "\xe2\x80\xae"}) {
    EXPECT_THAT(lines, Each(Not(HasSubstr(control))));
  }
}

TEST_F(WatchFrameTest, SaysHowManyProblemsThereIsNoRoomFor)
{
  std::string services;
  for (int i = 0; i < 30; ++i) {
    services += fmt::format(
        "{}{}",
        i == 0 ? "" : ",",
        problem(fmt::format("web{:02}", i), std::string(1, static_cast<char>('a' + i % 26))));
  }
  auto lines = show(told(services));
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[10], "… 23 more");
  EXPECT_EQ(frame_.ground.rows.size(), 30U);
  picture_.view.selected = "web29\ndisk";
  lines = show(told(services));
  EXPECT_EQ(lines[3], "… 23 above");
  EXPECT_THAT(lines[10], StartsWith("> CRITICAL 1 min  disk web29"));
  picture_.view.selected = "web15\ndisk";
  lines = show(told(services));
  EXPECT_THAT(lines, Contains(StartsWith("> CRITICAL 1 min  disk web15")));
  EXPECT_THAT(lines[3], testing::EndsWith("above"));
  EXPECT_THAT(lines[10], testing::EndsWith("more"));
}

TEST_F(WatchFrameTest, IsDrawnOnTheSmallestTerminal)
{
  const auto status = told(problem("web1") + "," + problem("web2", "empty"));
  for (std::size_t rows = 0; rows < 8; ++rows) {
    for (const std::size_t columns : {0U, 1U, 2U, 7U}) {
      picture_.lines = rows;
      picture_.options.columns = columns;
      for (const auto& line : show(status)) {
        EXPECT_LE(display_width(line), columns);
      }
      EXPECT_LE(frame_.lines.size(), rows);
    }
  }
}

TEST_F(WatchFrameTest, NeverShowsOldDataAsNew)
{
  picture_.options.style = TextStyle{true};
  picture_.told_at = now - 60s;
  picture_.silence = StatusPolling::Silence{now - 60s, "it gave no answer in 10 s"};
  const auto lines = show(told(problem("web1")));
  EXPECT_EQ(
      lines[1],
      "\x1b[31mOLD: collector@mon1 has not answered since 13:45:40 (1 min): it gave no answer …\x1b[0m");
  EXPECT_EQ(lines[3], "> CRITICAL 0 s    disk web1 full") << "the age of then, and without colours";
}

TEST_F(WatchFrameTest, SaysThatItIsHeld)
{
  picture_.view.paused = true;
  picture_.told_at = now - 90s;
  EXPECT_EQ(show(told(""))[1], "PAUSED: told 1 min ago; space goes on");
}

TEST_F(WatchFrameTest, SaysSoAsLongAsNothingIsKnown)
{
  picture_.told = nullptr;
  picture_.told_at.reset();
  EXPECT_EQ(watch_frame(picture_).lines[0], "Asking collector@mon1 …");
  picture_.silence = StatusPolling::Silence{now, "its answer has not come"};
  EXPECT_EQ(watch_frame(picture_).lines[0], "collector@mon1 has not answered yet: its answer has not come");
}

TEST_F(WatchFrameTest, ColoursTheStateOnly)
{
  picture_.options.style = TextStyle{true};
  EXPECT_EQ(show(told(problem("web1")))[3], "\x1b[1m> \x1b[0m\x1b[31mCRITICAL\x1b[0m 1 min  disk web1 full");
}

TEST_F(WatchFrameTest, FiltersByWordsInAnyOrderAndCase)
{
  picture_.view.filter = "DISK web2";
  const auto lines = show(told(problem("web1") + "," + problem("web2")));
  EXPECT_EQ(lines[2], "filter: DISK web2; 1 of 2 shown");
  EXPECT_THAT(lines, Contains(HasSubstr("web2 full")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("web1"))));
  picture_.view.filter = "nosuch";
  EXPECT_THAT(show(told(problem("web1"))), Contains("Nothing of what is known matches."));
}

TEST_F(WatchFrameTest, TellsTheSameTroubleOfManyNodesOnceOrOfEach)
{
  const auto status = told(problem("web3") + "," + problem("web1") + "," + problem("web2"));
  EXPECT_THAT(show(status), Contains("> CRITICAL 1 min  disk 3 nodes: web1 web2 web3: full"));
  picture_.view.grouped = false;
  EXPECT_THAT(show(status), Contains("  CRITICAL 1 min  disk web2 full"));
}

TEST_F(WatchFrameTest, KeepsApartOrLeavesOutWhatSomebodyLooksAfter)
{
  const auto status = told(
      problem("web1") + "," +
          problem("web2", "full", R"(,"acknowledgement":{"caller":"bob@ops1","comment":"mine"})"),
      R"(,"nodes":[{"name":"db1","status":"gone","since":999000000}])");
  auto lines = show(status);
  EXPECT_EQ(lines[4], "Looked after or expected:");
  EXPECT_EQ(lines[5], "  CRITICAL 1 min  disk web2 [ack bob@ops1] full");
  EXPECT_EQ(lines[6], "Nodes that are not up:");
  EXPECT_EQ(lines[7], "  gone     16 min db1");
  picture_.view.only_open = true;
  lines = show(status);
  EXPECT_EQ(lines[2], "only what needs somebody; 2 of 3 shown");
  EXPECT_THAT(lines, Not(Contains(HasSubstr("bob"))));
}

TEST_F(WatchFrameTest, ShowsWhatAilsTheCollectorAndTheFilter)
{
  picture_.complaint = "unknown operator";
  const auto lines = show(told("", R"(,"health":{"problems":["the disk is full"]})"));
  EXPECT_EQ(lines[2], "The filter: unknown operator");
  EXPECT_EQ(lines[3], "The collector itself: the disk is full");
}

TEST_F(WatchFrameTest, ShowsWhatIsTypedUpToItsEnd)
{
  picture_.view.prompt = "web ";
  EXPECT_EQ(show(told("")).back(), "/web _");
  picture_.options.columns = 10;
  picture_.view.prompt = "0123456789abc";
  EXPECT_EQ(show(told("")).back(), "/89abc_");
}

TEST_F(WatchFrameTest, TellsEverythingAboutTheSelectedProblem)
{
  picture_.lines = 30;
  picture_.view.details = true;
  picture_.view.selected = "web1\ndisk";
  const auto history =
      boost::json::parse(
          R"({"service":{"node":"web1","check":"disk","state":"CRITICAL","since":999940000,"hard":false,)"
          R"("attempt":2,"last_result":999990000,"summary":"full","details":"line 1\nline 2","perfdata":"a=1",)"
          R"("acknowledgement":{"caller":"bob@ops1","comment":"mine","set":999400000,"sticky":true},)"
          R"("downtime":{"caller":"eve@ops1","comment":"move","end":1000600000}},)"
          R"("events":[{"kind":"downtime_start","time":999990000,"node":"web1","check":"disk","message":"began"}]})")
          .as_object();
  picture_.details = &history;
  const auto lines = show(told(problem("web1")));
  EXPECT_THAT(
      std::vector<std::string>(lines.begin() + 3, lines.begin() + 13),
      ElementsAre(
          "disk of web1",
          "CRITICAL for 1 min, since 1970-01-12T13:45:40+00:00",
          "last result 10 s ago; attempt 2, not confirmed yet",
          "acknowledged by bob@ops1 10 min ago, until it is OK: mine",
          "downtime by eve@ops1 until 1970-01-12T13:56:40+00:00: move",
          "",
          "    full",
          "    line 1",
          "    line 2",
          "    a=1"));
  EXPECT_THAT(lines, Contains(HasSubstr("began")));
  EXPECT_EQ(lines.back(), "Esc back  j k scroll  q quit");
}

TEST_F(WatchFrameTest, WrapsAndScrollsLongDetails)
{
  picture_.lines = 10;
  picture_.view.details = true;
  picture_.view.selected = "web1\ndisk";
  const auto status = told(problem("web1", std::string(1000, 'x')));
  auto lines = show(status);
  EXPECT_THAT(lines, AllOf(Each(Not(testing::EndsWith("x…")))));
  EXPECT_THAT(lines[8], StartsWith("… "));
  EXPECT_GT(frame_.ground.last_scroll, 0U);
  picture_.view.scrolled = 1000;
  lines = show(status);
  EXPECT_THAT(lines[8], Not(StartsWith("…")));
}

TEST_F(WatchFrameTest, TellsOfANodeThatIsGoneAndThatItIsBack)
{
  picture_.view.details = true;
  picture_.view.selected = "db1\n";
  EXPECT_THAT(
      show(told("", R"(,"nodes":[{"name":"db1","status":"gone","since":999000000}])")),
      Contains("gone for 16 min, since 1970-01-12T13:30:00+00:00"));
  EXPECT_THAT(show(told("")), Contains("It is up again."));
}

TEST_F(WatchFrameTest, TellsThatTheProblemIsNoneAnyMore)
{
  picture_.view.details = true;
  picture_.view.selected = "web1\ndisk";
  EXPECT_THAT(show(told("")), Contains("It is no problem any more."));
}

TEST_F(WatchFrameTest, IsMadeOfWhateverItGets)
{
  for (const char* text :
       {"{}",
        R"({"counts":7,"services":[1,null,{"state":5,"since":"x"}],"nodes":{},"health":[]})",
        R"({"nodes":[1,{}],"services":{}})"}) {
    EXPECT_EQ(show(boost::json::parse(text).as_object()).size(), 12U);
  }
}

TEST(TypedFilter, SendsFactsAndClassesToTheCollectorAndKeepsWords)
{
  const auto filter = read_typed_filter("  Disk location=uk /^web/  cpus>=4 x");
  EXPECT_EQ(filter.combined, "location=uk /^web/ cpus>=4");
  EXPECT_THAT(filter.words, ElementsAre("disk", "x"));
  EXPECT_EQ(read_typed_filter("").combined, "");
}

}  // namespace
}  // namespace muster::cli
