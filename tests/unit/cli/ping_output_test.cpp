// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/find_report.hpp"
#include "cli/output/ping_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

NodeAccount pinged(std::string name, std::chrono::microseconds time)
{
  auto account = answered(std::move(name));
  account.round_trip = time;
  return account;
}

}  // namespace

TEST(PingOutput, ShowsTheFastestFirstAndTheStatistics)
{
  const auto report = report_of(
      {pinged("db1.example.net", 100430us),
       pinged("dev1.example.net", 174220us),
       pinged("web1.example.net", 85280us),
       pinged("web2.example.net", 89180us)});

  EXPECT_EQ(ping_text(report, plain()), R"(web1.example.net                         time=85.28 ms
web2.example.net                         time=89.18 ms
db1.example.net                          time=100.43 ms
dev1.example.net                         time=174.22 ms


---- ping statistics ----
4 replies max: 174.22 min: 85.28 avg: 112.28
)");
}

TEST(PingOutput, TellsWhoDidNotAnswerAndSinceWhen)
{
  const auto report = report_of(
      {pinged("web1", 1ms),
       lost("web2"),
       gone("web3", 49h),
       gone("web4", 59s),
       refused("web5", protocol::Refusal::policy, "ask the owner")});

  EXPECT_EQ(ping_text(report, plain()), R"(web1                                     time=1.00 ms


---- ping statistics ----
1 replies max: 1.00 min: 1.00 avg: 1.00

No response from:

    web2 (silent, seen 3 min ago)
    web3 (gone 2 d)                web4 (gone 59 s)

Refused:

    web5                           refused: policy - ask the owner
)");
}

TEST(PingOutput, SaysThatNobodyAnswered)
{
  EXPECT_EQ(ping_text(report_of({lost("web2")}), plain()), R"(---- ping statistics ----
No responses received

No response from:

    web2 (silent, seen 3 min ago)
)");
  EXPECT_EQ(ping_text(report_of({}), plain()), R"(---- ping statistics ----
No responses received
Nobody was meant: the broker knows no node that matches.
)");
}

TEST(PingOutput, TellsANodeThatWasStoppedFromOneThatIsGone)
{
  auto stopped = gone("web3", 2h);
  stopped.presence->state = protocol::NodeState::stopped;

  EXPECT_NE(ping_text(report_of({stopped}), plain()).find("web3 (stopped 2 h)\n"), std::string::npos);
}

TEST(FindOutput, IsTheNamesAlone)
{
  const auto report = report_of(
      {answered("web1"),
       answered("web2", Fate::not_meant),
       answered("web3"),
       lost("web4"),
       gone("web5", 1h)});

  EXPECT_EQ(find_text(report, FoundBy::answer), "web1\nweb3\n");
  EXPECT_EQ(find_remarks(report_of({answered("web1"), gone("web5", 1h)}), FoundBy::answer, plain()), "");
}

TEST(FindOutput, SaysThatNamesMayBeMissing)
{
  const auto busy = refused("web3", protocol::Refusal::busy, "64 checks are waiting");
  EXPECT_EQ(
      find_remarks(report_of({lost("web1"), lost("web2"), busy}), FoundBy::answer, plain()),
      "Missing here: 1 refused, 2 gave no response (-v names them)\n");
  EXPECT_EQ(
      find_remarks(report_of({busy}), FoundBy::answer, plain()), "Missing here: 1 refused (-v names them)\n");
  EXPECT_EQ(find_remarks(report_of({lost("web1")}), FoundBy::presence, plain()), "");
}

TEST(FindOutput, TakesThePresenceOfARollCallForAnAnswer)
{
  auto died = lost("web2");
  died.presence->state = protocol::NodeState::gone;
  auto never = lost("web3");
  never.presence.reset();
  const auto report = report_of({lost("web1"), died, never, gone("web5", 1h)});

  EXPECT_EQ(find_text(report, FoundBy::presence), "web1\n");
  EXPECT_EQ(find_remarks(report, FoundBy::presence, verbose()), R"(Discovered 1 nodes in 439.98 ms

No response from:

    web2 (silent, seen 3 min ago)  web3 (silent, seen 3 min ago)
    web5 (gone 1 h)
)");
}

TEST(FindOutput, SaysWhyNobodyWasFound)
{
  EXPECT_EQ(find_text(report_of({}), FoundBy::answer), "");
  EXPECT_EQ(
      find_remarks(report_of({}), FoundBy::answer, plain()),
      "Nobody was meant: the broker knows no node that matches.\n");
}

}  // namespace muster::cli
