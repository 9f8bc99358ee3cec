// SPDX-License-Identifier: Apache-2.0
#include "cli/output/ddl_election.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NodeAccount telling(std::string name, const std::string& ddl)
{
  auto account = answered(std::move(name));
  account.answer->data = protocol::parse_object(R"({"ddl": )" + ddl + "}").value();
  return account;
}

std::string version(const std::string& number, const std::string& name = "package")
{
  return R"({"metadata": {"name": ")" + name + R"(", "version": ")" + number + R"("}, "actions": []})";
}

TEST(DdlElection, IsWonByTheMajorityAndNamesTheOthers)
{
  const auto election = elect_ddl(
      "package",
      report_of(
          {telling("web1", version("2.0")),
           telling("web2", version("1.0")),
           telling("web3", version("1.0"))}));
  ASSERT_TRUE(election.chosen);
  EXPECT_EQ(election.chosen->agent.metadata.version, "1.0");
  ASSERT_EQ(election.others.size(), 1U);
  EXPECT_THAT(election.others[0].nodes, ElementsAre("web1"));
  EXPECT_EQ(election_remarks("package", election), "1 node has another DDL of package (2.0): web1\n");
}

TEST(DdlElection, BetweenEqualsTakesTheHigherVersion)
{
  const auto one = telling("web1", version("1.0"));
  const auto two = telling("web2", version("2.0"));
  EXPECT_EQ(elect_ddl("package", report_of({one, two})).chosen->agent.metadata.version, "2.0");
}

TEST(DdlElection, LeavesOutWhatCannotBeUsed)
{
  auto silent = answered("web3");
  silent.answer->status = 1;
  silent.answer->message = "there is no agent package here";
  const auto election = elect_ddl(
      "package",
      report_of(
          {telling("web1", version("1.0", "shell")),
           telling("web2", R"({"actions": 7})"),
           silent,
           lost("web4")}));
  EXPECT_FALSE(election.chosen);
  ASSERT_EQ(election.unusable.size(), 3U);
  EXPECT_THAT(election_remarks("package", election), HasSubstr("web1: it is the DDL of shell"));
  EXPECT_THAT(election_remarks("package", election), HasSubstr("web3: there is no agent package here"));
}

TEST(DdlElection, OfOneMindHasNothingToRemark)
{
  const auto election =
      elect_ddl("package", report_of({telling("web1", version("1.0")), telling("web2", version("1.0"))}));
  EXPECT_THAT(election_remarks("package", election), IsEmpty());
}

NodeAccount claiming(std::string name, const std::string& fingerprint, const std::string& number)
{
  auto account = answered(std::move(name));
  account.answer->data = {{"fingerprint", fingerprint}, {"version", number}};
  return account;
}

TEST(DdlElection, ChoosesAKeptDdlIfMostNodesHaveItStill)
{
  const auto kept = ddl::read_document(version("1.0")).value();
  const auto same = kept.fingerprint;
  const auto election = elect_kept(
      kept,
      report_of(
          {claiming("web1", same, "1.0"), claiming("web2", same, "1.0"), claiming("web3", "0", "2.0")}));
  ASSERT_TRUE(election.chosen);
  EXPECT_EQ(election.chosen->fingerprint, same);
  EXPECT_EQ(election_remarks("package", election), "1 node has another DDL of package (2.0): web3\n");
}

TEST(DdlElection, ChoosesNothingIfMostNodesHaveAnotherThanTheKeptOne)
{
  const auto kept = ddl::read_document(version("1.0")).value();
  EXPECT_FALSE(elect_kept(
                   kept,
                   report_of(
                       {claiming("web1", kept.fingerprint, "1.0"),
                        claiming("web2", "0", "1.0"),
                        claiming("web3", "0", "1.0")}))
                   .chosen);
  EXPECT_FALSE(elect_kept(kept, report_of({telling("web1", version("1.0"))})).chosen)
      << "it says no fingerprint";
  EXPECT_FALSE(elect_kept(kept, report_of({})).chosen);
}

TEST(DdlElection, ShowsNothingOfANodeUnescaped)
{
  const auto election = elect_ddl(
      "package",
      report_of(
          {telling("web1", version("1.0")),
           telling("web2", version("1.0")),
           telling("web3", version("\\u001b[2J"))}));
  EXPECT_THAT(election_remarks("package", election), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace muster::cli
