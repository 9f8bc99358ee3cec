// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/braille_chart.hpp"
#include "cli/output/collector_report.hpp"

namespace muster::cli {
namespace {

using namespace std::chrono_literals;
using protocol::json::object;
using testing::HasSubstr;
using testing::Not;

const WallClock now{1'000'000s};

OutputOptions plain()
{
  OutputOptions options;
  return options;
}

object read(const std::string& text)
{
  return boost::json::parse(text).as_object();
}

std::string problem(const std::string& node, const std::string& more = "")
{
  return R"({"node":")" + node +
         R"(","check":"disk","state":"CRITICAL","since":999940000,"hard":true,"summary":"full")" + more + "}";
}

std::string status(const std::string& services, const std::string& more = "")
{
  return status_text(
      read(
          R"({"counts":{"nodes":{"up":3,"gone":1,"stopped":0},"services":{"ok":5},"need_somebody":{"critical":1}},)"
          R"("services":[)" +
          services + "]" + more + "}"),
      now,
      plain());
}

TEST(StatusText, TellsTheCountsThenTheProblems)
{
  const auto text = status(problem("web1"));
  EXPECT_THAT(text, HasSubstr("1 CRITICAL; 5 checks OK; nodes: 3 up, 1 gone, 0 stopped\n"));
  EXPECT_THAT(text, HasSubstr("CRITICAL  1 min   disk                 web1                 full\n"));
}

TEST(StatusText, TellsTheSameTroubleOfManyNodesOnce)
{
  const auto text = status(problem("web3") + "," + problem("web1") + "," + problem("web2"));
  EXPECT_THAT(text, HasSubstr("3 nodes: web1 web2 web3: full"));
}

TEST(StatusText, KeepsApartWhatSomebodyLooksAfter)
{
  const auto text = status(
      problem("web1") + "," +
      problem("web2", R"(,"acknowledgement":{"caller":"bob@ops1","comment":"mine"})"));
  const auto heading = text.find("Looked after");
  EXPECT_LT(text.find("web1"), heading);
  EXPECT_GT(text.find("web2"), heading);
  EXPECT_THAT(text, HasSubstr("[acknowledged by bob@ops1: mine]"));
}

TEST(StatusText, TellsWhichNodesAreNotUpAndWhatAilsTheCollector)
{
  const auto text = status(
      "",
      R"(,"nodes":[{"name":"db1","status":"gone","since":999000000}],"health":{"problems":["the disk is full"]})");
  EXPECT_THAT(text, HasSubstr("gone      16 min  db1\n"));
  EXPECT_THAT(text, HasSubstr("The collector itself: the disk is full\n"));
}

TEST(StatusText, LetsNoNodeTouchTheTerminal)
{
  const auto text = status(
      R"({"node":"web1","check":"\u001b[31mx","state":"CRITICAL","summary":"a\u001b]0;title\u0007\nroot# "})");
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, Not(HasSubstr("\nroot#")));
}

TEST(StatusText, IsMadeOfWhateverItGets)
{
  EXPECT_NO_THROW(status_text({}, now, plain()));
  EXPECT_NO_THROW(status_text(
      read(R"({"counts":7,"services":[1,null,{"state":5,"since":"x"}],"nodes":{}})"), now, plain()));
  EXPECT_NO_THROW(history_text(read(R"({"strip":[1],"events":[2,{}],"service":[]})"), now, plain()));
  EXPECT_NO_THROW(downtimes_text(read(R"({"downtimes":[3,{}]})"), now, plain()));
  EXPECT_NO_THROW(schedules_text(read(R"({"schedules":[3,{}]})"), now, plain()));
}

TEST(StatusText, SaysWhenNothingIsKnownOfWhatWasAskedFor)
{
  const auto nobody =
      read(R"({"counts":{"nodes":{"up":0,"gone":0},"services":{"ok":0},"need_somebody":{}}})");
  EXPECT_EQ(status_text(nobody, now, plain()), "The collector knows no such node.\n");
  EXPECT_EQ(status_exit(nobody), 3);
  auto no_check =
      read(R"({"counts":{"nodes":{"up":2,"gone":0},"services":{"ok":0},"need_somebody":{}},"check":"disk"})");
  EXPECT_EQ(status_text(no_check, now, plain()), "The collector knows no result of disk.\n");
  EXPECT_EQ(status_exit(no_check), 3);
  no_check.erase("check");
  EXPECT_EQ(status_exit(no_check), 0) << "a fleet that has just begun";
}

TEST(StatusExit, IsThatOfTheWorstThatNeedsSomebody)
{
  const auto of = [](const std::string& counts) {
    return status_exit(read(R"({"counts":{"need_somebody":)" + counts + "}}"));
  };
  EXPECT_EQ(of(R"({"ok":0,"critical":0})"), 0);
  EXPECT_EQ(of(R"({"warning":2})"), 1);
  EXPECT_EQ(of(R"({"warning":2,"unknown":1})"), 3);
  EXPECT_EQ(of(R"({"warning":2,"unknown":1,"critical":1})"), 2);
  EXPECT_EQ(of(R"({"unknown":1,"nodes":1})"), 2) << "a lost node is as bad as CRITICAL";
  EXPECT_EQ(of(R"({"nodes":0})"), 0);
}

TEST(StatusText, CountsLostNodesAmongWhatNeedsSomebodyAndSaysHowManyItDoesNotList)
{
  const auto text = status_text(
      read(R"({"counts":{"nodes":{"up":0,"gone":802},"services":{"ok":5},"need_somebody":{"nodes":802}},)"
           R"("nodes":[{"name":"web1","status":"gone","since":999940000},)"
           R"({"name":"web2","status":"gone","since":999940000,"unreachable":true}],"nodes_left_out":800})"),
      now,
      plain());
  EXPECT_THAT(text, HasSubstr("802 nodes not up; 5 checks OK; nodes: 0 up, 802 gone, 0 stopped\n"));
  EXPECT_THAT(text, HasSubstr("web1\n"));
  EXPECT_THAT(text, HasSubstr("web2 [what it depends on is broken]\nand 800 more\n"));
}

TEST(DowntimeText, TellsHowManyNodesItIsAboutAndWarnsOfNone)
{
  EXPECT_EQ(
      downtime_set_text({{"downtime", "d1"}, {"nodes", 1}}),
      "Downtime d1 is set for 1 node. To take it back: mco downtime remove d1\n");
  EXPECT_THAT(downtime_set_text({{"downtime", "d1"}, {"nodes", 2}}), HasSubstr("d1 is set for 2 nodes."));
  EXPECT_THAT(
      downtime_set_text({{"downtime", "d1"}, {"nodes", 0}}), HasSubstr("no node that is known is meant"));
}

TEST(DowntimeText, ShowsAllThatSaysWhomADowntimeIsAbout)
{
  const auto text = downtimes_text(
      read(
          R"({"downtimes":[{"id":"d1","start":0,"end":1,"nodes":["db1","db2"],"filter":"location=de","checks":[],)"
          R"("select":{"fact":[{"name":"os","op":"=","value":"Debian 12"}],"compound":"not apache"}}]})"),
      now,
      plain());
  EXPECT_THAT(text, HasSubstr("db1 db2 and location=de and -F 'os=Debian 12' -S 'not apache'"));
}

TEST(StripText, ShowsWhetherANodeWasThere)
{
  const auto parts =
      boost::json::parse(
          R"([{"from":0,"until":25},{"from":25,"until":50,"status":"up"},)"
          R"({"from":50,"until":75,"status":"stopped"},{"from":75,"until":100,"status":"gone"}])")
          .as_array();
  EXPECT_EQ(strip_text(parts, 8, plain().style), "··▁▁▄▄██\n");
}

TEST(StripText, ShowsTheWorstOfEachShareOfTheTime)
{
  const auto parts =
      boost::json::parse(
          R"([{"from":0,"until":50},{"from":50,"until":80,"state":"OK"},{"from":80,"until":81,"state":"CRITICAL"},)"
          R"({"from":81,"until":100,"state":"OK"}])")
          .as_array();
  EXPECT_EQ(strip_text(parts, 10, TextStyle{}), "·····▁▁▁█▁\n");
  EXPECT_EQ(strip_text({}, 10, TextStyle{}), "");
}

TEST(HistoryText, TellsWhenNothingIsOnRecord)
{
  EXPECT_EQ(history_text({}, now, plain()), "Nothing has happened that is on record.\n");
}

TEST(BrailleChart, PutsTheGreatestValueAboveTheLeast)
{
  const auto chart = braille_chart({0.0, 1.0, 2.0, 3.0}, {2, 1});
  EXPECT_EQ(chart, "        3 ┤⡠⠊\n");
}

TEST(BrailleChart, LeavesAGapWhereNothingIsKnown)
{
  EXPECT_EQ(braille_chart({1.0, 1.0, std::nullopt, std::nullopt}, {2, 1}), "        1 ┤⣀⠀\n");
  EXPECT_EQ(braille_chart({std::nullopt}, {2, 1}), "");
  EXPECT_EQ(braille_chart({}, {2, 1}), "");
}

TEST(ShortNumber, HasThreeDigitsAndAPrefix)
{
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.0234), "0.0234");
  EXPECT_EQ(short_number(1536), "1.54 k");
  EXPECT_EQ(short_number(-2.5e9), "-2.5 G");
}

}  // namespace
}  // namespace muster::cli
