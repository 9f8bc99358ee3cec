// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/nrpe_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

std::string text_of(
    const FleetReport& report,
    const OutputOptions& options,
    const std::vector<std::string>& checks = {"check_disks"})
{
  return nrpe_text(report, make_nrpe_view(report, checks), options);
}

CheckResult disk(CheckState state, std::string summary)
{
  return run("check_disks", state, std::move(summary));
}

const std::string one_each = R"(
              OK: 1
         WARNING: 1
        CRITICAL: 1
         UNKNOWN: 1
)";

FleetReport four_states()
{
  return report_of(
      {done("db1.example.net", {disk(CheckState::warning, "DISK WARNING - free space: / 90 MB (9%)")}),
       done("db2.example.net", {disk(CheckState::critical, "DISK CRITICAL - free space: / 10 MB (1%)")}),
       done("dev1.example.net", {disk(CheckState::unknown, "No such command: check_disks")}),
       done("web1.example.net", {disk(CheckState::ok, "DISK OK - free space: / 3326 MB (56%)")})});
}

}  // namespace

TEST(NrpeOutput, OfAHealthyFleetIsTheHeadlineAndTheCounts)
{
  const auto report = report_of(
      {done("web1.example.net", {disk(CheckState::ok, "DISK OK")}),
       done("web2.example.net", {disk(CheckState::ok, "DISK OK")})});

  EXPECT_EQ(text_of(report, plain()), R"(Finished processing 2 / 2 hosts in 439.98 ms

              OK: 2
         WARNING: 0
        CRITICAL: 0
         UNKNOWN: 0
)");
}

TEST(NrpeOutput, ShowsProblemsOnlyAndTheWorstFirst)
{
  EXPECT_EQ(text_of(four_states(), plain()), R"(db2.example.net                          status=CRITICAL
    DISK CRITICAL - free space: / 10 MB (1%)

dev1.example.net                         status=UNKNOWN
    No such command: check_disks

db1.example.net                          status=WARNING
    DISK WARNING - free space: / 90 MB (9%)

Finished processing 4 / 4 hosts in 439.98 ms
)" + one_each);
}

TEST(NrpeOutput, OrdersNodesOfOneStateByName)
{
  const auto report = report_of(
      {done("a.example.net", {disk(CheckState::critical, "one")}),
       done("b.example.net", {disk(CheckState::critical, "two")})});

  const auto text = text_of(report, plain());
  EXPECT_LT(text.find("a.example.net"), text.find("b.example.net"));
}

TEST(NrpeOutput, KeepsEveryLineOfAPluginWithoutTrailingBlanks)
{
  auto result = disk(CheckState::critical, "DISK CRITICAL  ");
  result.details = "/var 1 MB  \n\n/srv 2 MB\t\n\n";
  const auto text = text_of(report_of({done("web1", {result})}), plain());

  EXPECT_EQ(text.substr(0, text.find("Finished")), R"(web1                                     status=CRITICAL
    DISK CRITICAL
    /var 1 MB

    /srv 2 MB

)");
}

TEST(NrpeOutput, TellsWhoIsMissingAndCountsThemAsUnknown)
{
  auto late = node("web4.example.net", Fate::late);
  late.note = "still running at the deadline";
  const auto report = report_of(
      {done("web1.example.net", {disk(CheckState::ok, "DISK OK")}),
       lost("web2.example.net"),
       lost("web3.example.net"),
       late,
       refused("web5.example.net", protocol::Refusal::busy, "64 checks are waiting"),
       answered("web6.example.net", Fate::not_meant),
       gone("web7.example.net", 50h)});

  EXPECT_EQ(text_of(report, plain()), R"(Finished processing 1 / 5 hosts in 439.98 ms

              OK: 1
         WARNING: 0
        CRITICAL: 0
         UNKNOWN: 4

No response from:

    web2.example.net               web3.example.net
    web7.example.net (gone 2 d)

Still running:

    web4.example.net

Refused:

    web5.example.net               refused: busy - 64 checks are waiting
)");
}

TEST(NrpeOutput, TellsBothTimesOfANodeThatRefusedBecauseOfTheClock)
{
  auto account = refused("web5.example.net", protocol::Refusal::clock, "set the clock");
  account.answer->now = start + 1h;
  account.clock_offset = 1h;
  const auto text = text_of(report_of({account}), plain());

  EXPECT_NE(
      text.find("refused: clock (there 2026-11-22T20:16:31+00:00, here 2026-11-22T19:16:31+00:00): 1 h "
                "apart, set the one that is wrong\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("Clock is off"), std::string::npos) << text;
}

TEST(NrpeOutput, TellsAClockThatIsOffByMoreThanTwoSeconds)
{
  auto ahead = done("web1", {disk(CheckState::ok, "fine")});
  ahead.clock_offset = 2001ms;
  auto behind = done("web2", {disk(CheckState::ok, "fine")});
  behind.clock_offset = -3min;
  auto nearly = done("web3", {disk(CheckState::ok, "fine")});
  nearly.clock_offset = 2000ms;
  const auto text = text_of(report_of({ahead, behind, nearly}), plain());

  const std::string expected = R"(
Clock is off:

    web1 (2 s ahead)               web2 (3 min behind)
)";
  ASSERT_GE(text.size(), expected.size());
  EXPECT_EQ(text.substr(text.size() - expected.size()), expected);
}

TEST(NrpeOutput, SaysWhenTheBrokerDoesNotTellWhoIsThere)
{
  auto report = report_of({done("web1", {disk(CheckState::ok, "fine")})});
  report.roll_call_complete = false;

  const auto text = text_of(report, plain());
  EXPECT_EQ(
      text.substr(0, text.find('\n')), "Finished processing 1 / ? hosts in 439.98 ms (expected: unknown)");
}

TEST(NrpeOutput, SaysThatNobodyWasMeantAndWhy)
{
  EXPECT_EQ(
      text_of(report_of({answered("web1", Fate::not_meant), answered("web2", Fate::not_meant)}), plain()),
      R"(Nobody was meant: 2 asked, and none matches the filter.

Finished processing 0 / 0 hosts in 439.98 ms
)");
  EXPECT_EQ(text_of(report_of({}), plain()), R"(Nobody was meant: the broker knows no node that matches.

Finished processing 0 / 0 hosts in 439.98 ms
)");
  EXPECT_EQ(
      text_of(report_of({gone("web7", 90min)}), plain(), {"check_load", "check_disks"}),
      R"(Nobody could be asked: every node that matches is gone.

Finished processing 0 / 0 hosts in 439.98 ms

No response from:

    web7 (gone 1 h)
)");
}

TEST(NrpeOutput, ShowsWhatHadComeBeforeAnInterrupt)
{
  auto report = report_of({done("web1", {disk(CheckState::ok, "fine")}), lost("web2")});
  report.interrupted = true;

  EXPECT_EQ(text_of(report, plain()), R"(Interrupted: what had come so far

Finished processing 1 / 2 hosts in 439.98 ms

              OK: 1
         WARNING: 0
        CRITICAL: 0
         UNKNOWN: 1

No response yet from:

    web2
)");
}

TEST(NrpeOutput, GivesEachOfSeveralChecksABlockAndOneTiming)
{
  const auto report = report_of(
      {done("web1", {run("check_load", CheckState::ok, "OK"), disk(CheckState::critical, "DISK CRITICAL")}),
       lost("web2")});

  EXPECT_EQ(text_of(report, plain(), {"check_load", "check_disks"}), R"(---- check_load ----

              OK: 1
         WARNING: 0
        CRITICAL: 0
         UNKNOWN: 1

---- check_disks ----

web1                                     status=CRITICAL
    DISK CRITICAL

              OK: 0
         WARNING: 0
        CRITICAL: 1
         UNKNOWN: 1

Finished processing 1 / 2 hosts in 439.98 ms

No response from:

    web2
)");
}

TEST(NrpeOutput, OfEveryCheckEndsWithTheSumInWhichAMissingNodeCountsOnce)
{
  const auto report = report_of(
      {done("web1", {run("check_load", CheckState::ok, "OK"), disk(CheckState::ok, "OK")}),
       done("web2", {run("check_load", CheckState::warning, "WARNING - load")}),
       lost("web3")});

  EXPECT_EQ(text_of(report, plain(), {}), R"(---- check_load ----

web2                                     status=WARNING
    WARNING - load

              OK: 1
         WARNING: 1
        CRITICAL: 0
         UNKNOWN: 0

1 of 2 checks have no problem (-v shows them)

Finished processing 2 / 3 hosts in 439.98 ms

All checks:

              OK: 2
         WARNING: 1
        CRITICAL: 0
         UNKNOWN: 1

No response from:

    web3
)");
}

TEST(NrpeOutput, OfEveryCheckTellsOnceWhatManyChecksHaveToTell)
{
  std::vector<CheckResult> runs{run("check_a", CheckState::critical, "no disk")};
  for (const auto* check : {"check_b", "check_c", "check_d"}) {
    runs.push_back(run(check, CheckState::unknown, "not run"));
  }
  const auto report = report_of({done("web1", runs)});

  const auto text = text_of(report, plain(), {});
  EXPECT_TRUE(text.starts_with(R"(---- check_a ----

web1                                     status=CRITICAL
    no disk

              OK: 0
         WARNING: 0
        CRITICAL: 1
         UNKNOWN: 0

---- 3 checks ----

    check_b                        check_c                        check_d

web1                                     status=UNKNOWN
    not run

              OK: 0
         WARNING: 0
        CRITICAL: 0
         UNKNOWN: 1

Finished processing)"))
      << text;
  auto never = plain();
  never.group = 0;
  EXPECT_NE(text_of(report, never, {}).find("---- check_d ----"), std::string::npos);
}

TEST(NrpeOutput, OfEveryCheckShowsThoseThatAreWellWhenVerbose)
{
  const auto report = report_of({done("web1", {run("check_load", CheckState::ok, "fine")})});

  EXPECT_EQ(text_of(report, plain(), {}).find("---- check_load ----"), std::string::npos);
  EXPECT_NE(text_of(report, verbose(), {}).find("---- check_load ----"), std::string::npos);
}

TEST(NrpeOutput, VerboseShowsEveryNodeAndTheStatistics)
{
  auto slow = disk(CheckState::ok, "DISK OK - free space: / 3326 MB (56%)");
  slow.perfdata = "/=2643MB;5948;5958;0;5968";
  slow.finished = start + 334ms;
  auto report = report_of(
      {done("db1.example.net", {disk(CheckState::critical, "DISK CRITICAL")}),
       done("web1.example.net", {slow}),
       lost("web2.example.net")});
  report.duplicates = 1;
  report.rejected = 2;
  report.rejections = {"web9: answer without an id"};

  EXPECT_EQ(text_of(report, verbose()), R"(db1.example.net                          status=CRITICAL
    DISK CRITICAL

web1.example.net                         status=OK
    DISK OK - free space: / 3326 MB (56%)
    perfdata: /=2643MB;5948;5958;0;5968

---- check_disks NRPE results ----
           Nodes: 3 / 2
     Pass / Fail: 1 / 1
      Start Time: 2026-11-22T19:16:31+00:00
  Discovery Time: 12.34ms
      Agent Time: 85.28ms
      Total Time: 439.98ms
        Run Time: p50 12.00ms, p90 334.00ms, p99 334.00ms, max 334.00ms
         Slowest: web1.example.net 334.00ms
                  db1.example.net 12.00ms
         Ignored: 1 second answers, 2 bad messages
                  web9: answer without an id

              OK: 1
         WARNING: 0
        CRITICAL: 1
         UNKNOWN: 1

No response from:

    web2.example.net (silent, seen 3 min ago)
)");
}

TEST(NrpeOutput, VerboseTellsWhatIsBrokenOnANode)
{
  auto account = done("web1", {disk(CheckState::ok, "fine")});
  account.presence->health = {"nrpe.cfg:3: no such folder"};
  const auto report = report_of({account});

  EXPECT_EQ(text_of(report, plain()).find("Broken"), std::string::npos);
  EXPECT_NE(
      text_of(report, verbose())
          .find("\nBroken, by their own account:\n\n    web1                           nrpe.cfg:3: no such "
                "folder\n"),
      std::string::npos);
}

TEST(NrpeOutput, IsGreenOnlyIfNobodyIsMissing)
{
  auto options = plain();
  options.style = TextStyle{true};
  const auto ok = done("web1", {disk(CheckState::ok, "fine")});
  const auto headline_of = [&options](const FleetReport& report) {
    const auto text = text_of(report, options);
    return text.substr(0, text.find(" hosts"));
  };

  EXPECT_EQ(headline_of(report_of({ok})), "Finished processing \x1b[32m1\x1b[0m / \x1b[32m1\x1b[0m");
  EXPECT_EQ(
      headline_of(report_of({ok, lost("web2")})), "Finished processing \x1b[31m1\x1b[0m / \x1b[31m2\x1b[0m");
  EXPECT_EQ(
      headline_of(report_of({ok, gone("web2", 1h)})),
      "Finished processing \x1b[33m1\x1b[0m / \x1b[33m1\x1b[0m");
  auto unknown = report_of({ok});
  unknown.roll_call_complete = false;
  EXPECT_EQ(headline_of(unknown), "Finished processing \x1b[33m1\x1b[0m / \x1b[33m?\x1b[0m");
}

TEST(NrpeOutput, ColoursStates)
{
  auto options = plain();
  options.style = TextStyle{true};
  const auto text = text_of(four_states(), options);

  EXPECT_NE(text.find("status=\x1b[31mCRITICAL\x1b[0m\n"), std::string::npos);
  EXPECT_NE(text.find("status=\x1b[33mWARNING\x1b[0m\n"), std::string::npos);
  EXPECT_NE(text.find("status=\x1b[36mUNKNOWN\x1b[0m\n"), std::string::npos);
}

}  // namespace muster::cli
