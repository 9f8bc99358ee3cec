// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/output/nrpe_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

NodeAccount disk_problem(const std::string& name, CheckState state, int free, int percent)
{
  return done(
      name,
      {run(
          "check_disks",
          state,
          fmt::format("DISK {} - free space: / {} MB ({}%)", to_string(state), free, percent))});
}

std::string problems_of(const FleetReport& report, const OutputOptions& options)
{
  const auto text = nrpe_text(report, make_nrpe_view(report, {"check_disks"}), options);
  return text.substr(0, text.find("Finished processing"));
}

FleetReport four_full_disks()
{
  return report_of(
      {disk_problem("db1.example.net", CheckState::critical, 41, 4),
       disk_problem("web1.example.net", CheckState::critical, 3, 1),
       disk_problem("web2.example.net", CheckState::warning, 90, 9),
       disk_problem("web3.example.net", CheckState::critical, 7, 1),
       done("web4.example.net", {run("check_disks", CheckState::critical, "(Plugin timed out after 10 s)")}),
       disk_problem("web5.example.net", CheckState::critical, 8, 1)});
}

}  // namespace

TEST(GroupedOutput, TellsTheSameTroubleOnceWithItsRangeAndTheNames)
{
  EXPECT_EQ(
      problems_of(four_full_disks(), plain()),
      R"(4 hosts CRITICAL  DISK CRITICAL - free space: / 3..41 MB (1..4%)
    db1.example.net                web1.example.net               web3.example.net
    web5.example.net

web4.example.net                         status=CRITICAL
    (Plugin timed out after 10 s)

web2.example.net                         status=WARNING
    DISK WARNING - free space: / 90 MB (9%)

)");
}

TEST(GroupedOutput, TakesFewerColumnsOnANarrowTerminal)
{
  auto options = plain();
  options.columns = 40;
  const auto text = problems_of(four_full_disks(), options);

  EXPECT_NE(
      text.find(
          "\n    db1.example.net\n    web1.example.net\n    web3.example.net\n    web5.example.net\n\n"),
      std::string::npos)
      << text;
}

TEST(GroupedOutput, BeginsWithThreeNodes)
{
  const auto two = report_of(
      {disk_problem("a", CheckState::critical, 1, 1), disk_problem("b", CheckState::critical, 2, 1)});
  const auto three = report_of(
      {disk_problem("a", CheckState::critical, 1, 1),
       disk_problem("b", CheckState::critical, 2, 1),
       disk_problem("c", CheckState::critical, 3, 1)});

  EXPECT_EQ(problems_of(two, plain()).find("hosts CRITICAL"), std::string::npos);
  EXPECT_EQ(problems_of(three, plain()).find("3 hosts CRITICAL  "), 0U);
}

TEST(GroupedOutput, IsSwitchedOffByZero)
{
  auto options = plain();
  options.group = 0;
  const auto text = problems_of(four_full_disks(), options);

  EXPECT_EQ(text.find("hosts CRITICAL"), std::string::npos);
  EXPECT_NE(text.find("web5.example.net                         status=CRITICAL\n"), std::string::npos);
}

TEST(GroupedOutput, DoesNotMixStatesThatSayTheSame)
{
  std::vector<NodeAccount> nodes;
  for (const auto* name : {"a", "b", "c"}) {
    nodes.push_back(done(name, {run("check_disks", CheckState::critical, "same text")}));
  }
  nodes.push_back(done("d", {run("check_disks", CheckState::warning, "same text")}));

  EXPECT_EQ(problems_of(report_of(nodes), plain()), R"(3 hosts CRITICAL  same text
    a                              b                              c

d                                        status=WARNING
    same text

)");
}

TEST(GroupedOutput, KeepsTheDetailsOfAGroup)
{
  std::vector<NodeAccount> nodes;
  for (const int free : {5, 6, 7}) {
    auto result = run("check_disks", CheckState::critical, "DISK CRITICAL");
    result.details = fmt::format("/var {} MB\n/srv 9 MB", free);
    nodes.push_back(done(fmt::format("web{}", free), {result}));
  }

  EXPECT_EQ(problems_of(report_of(nodes), plain()), R"(3 hosts CRITICAL  DISK CRITICAL
    /var 5..7 MB
    /srv 9 MB
    web5                           web6                           web7

)");
}

TEST(GroupedOutput, ShowsAGroupWithoutText)
{
  std::vector<NodeAccount> nodes;
  for (const auto* name : {"a", "b", "c"}) {
    nodes.push_back(done(name, {run("check_disks", CheckState::unknown, "")}));
  }

  EXPECT_EQ(problems_of(report_of(nodes), plain()), R"(3 hosts UNKNOWN
    a                              b                              c

)");
}

TEST(GroupedOutput, GroupsRefusalsToo)
{
  const auto report = report_of(
      {refused("a", protocol::Refusal::unknown_key, "no key of alice@ops1"),
       refused("b", protocol::Refusal::unknown_key, "no key of alice@ops1"),
       refused("c", protocol::Refusal::unknown_key, "no key of alice@ops1")});
  const auto text = nrpe_text(report, make_nrpe_view(report, {"check_disks"}), plain());

  EXPECT_NE(
      text.find(R"(
Refused:

    3 hosts  refused: unknown key - no key of alice@ops1
        a                              b                              c
)"),
      std::string::npos)
      << text;
}

}  // namespace muster::cli
