// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/policy_folder.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace muster {
namespace {

class PolicyFolderOf : public testing::Test {
protected:
  PolicyFolder::Reading take() { return folder_.take(files_); }

  [[nodiscard]] PolicyVerdict ask(
      const std::string& caller,
      const std::string& agent,
      const std::string& action,
      bool changes = true) const
  {
    return folder_.decide({caller, agent, action, changes, {{name_, facts_, none_, none_}, true}});
  }

  PolicyFolder folder_{"/p"};
  PolicyFolder::Files files_;
  std::string name_ = "web1";
  Facts facts_;
  std::vector<std::string> none_;
};

TEST_F(PolicyFolderOf, WithoutAPolicyReadsAreAllowedAndChangesAreNot)
{
  EXPECT_TRUE(ask("alice@ops1", "nrpe", "runcommand", false).allowed);
  const auto verdict = ask("alice@ops1", "package", "install");
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(
      verdict.why,
      "alice@ops1 may not call package.install here: it changes the node, and no policy allows it; write one "
      "into /p/package.policy");
}

TEST_F(PolicyFolderOf, WithoutAPolicyACollectorMayRunChecksAndReadTheRecorderOnly)
{
  EXPECT_TRUE(ask("collector@mon1", "nrpe", "runcommand", false).allowed);
  EXPECT_TRUE(ask("collector@mon1", "nrpe", "runallcommands", false).allowed);
  EXPECT_TRUE(ask("collector@mon1", "recorder", "since", false).allowed);
  for (const auto& [agent, action, changes] :
       {std::tuple{"rpcutil", "inventory", false},
        {"package", "status", false},
        {"package", "install", true},
        {"puppet", "disable", true},
        {"mine", "look", false}}) {
    EXPECT_EQ(ask("alice@ops1", agent, action, changes).allowed, !changes) << agent;
    const auto verdict = ask("collector@mon1", agent, action, changes);
    EXPECT_FALSE(verdict.allowed) << agent;
    EXPECT_EQ(
        verdict.why,
        std::string{"collector@mon1 may not call "} + agent + "." + action +
            " here: a collector may run checks and read the recorder, and no policy allows it more; write "
            "one "
            "into /p/" +
            agent + ".policy");
  }
}

TEST_F(PolicyFolderOf, WithoutAPolicyACollectorTellsAnotherOneWhatOperatorsSayAndNoMore)
{
  EXPECT_TRUE(ask("collector@mon1", "collector", "care", false).allowed);
  EXPECT_FALSE(ask("collector@mon1", "collector", "acknowledge", false).allowed);
  EXPECT_FALSE(ask("collector@mon1", "package", "care", false).allowed);
  EXPECT_TRUE(ask("alice@ops1", "collector", "acknowledge", false).allowed);
  EXPECT_FALSE(ask("collector@mon1", "collector", "care", true).allowed) << "it changes no node";
}

TEST_F(PolicyFolderOf, WithoutAPolicyABridgeMayRunChecksAndReadRecorderAndSchedulesOnly)
{
  EXPECT_TRUE(ask("nagios-bridge@mon1", "nrpe", "runcommand", false).allowed);
  EXPECT_TRUE(ask("nagios-bridge@mon1", "recorder", "since", false).allowed);
  EXPECT_TRUE(ask("nagios-bridge@mon1", "collector", "schedules", false).allowed);
  EXPECT_FALSE(ask("nagios-bridge@mon1", "collector", "status", false).allowed);
  EXPECT_FALSE(ask("collector@mon1", "collector", "schedules", false).allowed);
  const auto verdict = ask("nagios-bridge@mon1", "rpcutil", "inventory", false);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_NE(verdict.why.find("a bridge may run checks"), std::string::npos) << verdict.why;
}

TEST_F(PolicyFolderOf, APolicySaysAloneWhatACollectorMay)
{
  files_["default.policy"] = "policy default deny\nallow alice@ops1 * *\n";
  files_["rpcutil.policy"] = "policy default deny\nallow * ping *\n";
  take();
  EXPECT_TRUE(ask("collector@mon1", "rpcutil", "ping", false).allowed);
  EXPECT_FALSE(ask("collector@mon1", "nrpe", "runcommand", false).allowed);
}

TEST_F(PolicyFolderOf, AnAgentsOwnPolicyDecidesForReadsToo)
{
  files_["nrpe.policy"] = "policy default deny\nallow alice@ops1 runcommand *\n";
  EXPECT_TRUE(take().faults.empty());
  EXPECT_TRUE(ask("alice@ops1", "nrpe", "runcommand", false).allowed);
  const auto verdict = ask("bob@ops1", "nrpe", "runcommand", false);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(
      verdict.why,
      "bob@ops1 may not call nrpe.runcommand here: no line of /p/nrpe.policy allows it, and its default is "
      "deny");
}

TEST_F(PolicyFolderOf, ARefusalNamesTheLine)
{
  files_["package.policy"] = "# x\ndeny alice@ops1 * *\n";
  take();
  const auto verdict = ask("alice@ops1", "package", "install");
  EXPECT_EQ(verdict.line, 2U);
  EXPECT_EQ(verdict.file, "/p/package.policy");
  EXPECT_EQ(verdict.why, "alice@ops1 may not call package.install here: denied by /p/package.policy:2");
}

TEST_F(PolicyFolderOf, TheDefaultPolicyIsForAgentsWithoutOne)
{
  files_["default.policy"] = "policy default allow\n";
  files_["package.policy"] = "policy default deny\n";
  take();
  EXPECT_TRUE(ask("alice@ops1", "service", "restart").allowed);
  EXPECT_FALSE(ask("alice@ops1", "package", "install").allowed);
  EXPECT_EQ(ask("alice@ops1", "default", "x").file, "/p/default.policy");
}

TEST_F(PolicyFolderOf, AFileOfThatNameIsMeantAndNoOther)
{
  for (const auto* name : {"package.policy", "default.policy", "groups"}) {
    EXPECT_TRUE(PolicyFolder::is_meant(name)) << name;
  }
  for (const auto* name :
       {".policy", ".package.policy", "package.policy~", "package.policy.dpkg-old", "README", ""}) {
    EXPECT_FALSE(PolicyFolder::is_meant(name)) << name;
  }
}

TEST_F(PolicyFolderOf, EveryFaultIsToldAtOnceWithItsFileAndLine)
{
  files_["a.policy"] = "permit * * *\nallow admins * *\nallow * * x\n";
  files_["b.policy"] = failure(ErrorCode::denied, "cannot read /p/b.policy: Permission denied");
  files_["b c.policy"] = "policy default allow\n";
  files_["groups"] = "admins\n";
  const auto faults = take().faults;
  ASSERT_EQ(faults.size(), 6U);
  EXPECT_TRUE(faults[0].what.starts_with("/p/groups:1: ")) << faults[0].what;
  EXPECT_TRUE(faults[1].what.starts_with("/p/a.policy:1: ")) << faults[1].what;
  EXPECT_TRUE(faults[2].what.starts_with("/p/a.policy:2: 'admins' is neither a caller")) << faults[2].what;
  EXPECT_TRUE(faults[3].what.starts_with("/p/a.policy:3: ")) << faults[3].what;
  EXPECT_EQ(faults[4].what, "/p/b c.policy:1: no agent is called 'b c'");
  EXPECT_EQ(faults[5].what, "cannot read /p/b.policy: Permission denied");
}

TEST_F(PolicyFolderOf, AFileThatBreaksKeepsItsLastGoodVersion)
{
  files_["package.policy"] = "allow alice@ops1 * *\n";
  files_["service.policy"] = "allow alice@ops1 * *\n";
  take();
  files_["package.policy"] = "allow bob@ops1 * *\nnonsense\n";
  files_["service.policy"] = "allow bob@ops1 * *\n";
  const auto reading = take();
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_TRUE(reading.faults[0].last_good_stays);
  EXPECT_TRUE(ask("alice@ops1", "package", "install").allowed);
  EXPECT_FALSE(ask("bob@ops1", "package", "install").allowed);
  EXPECT_TRUE(ask("bob@ops1", "service", "restart").allowed) << "other files are not held up";
  EXPECT_TRUE(take().faults[0].last_good_stays) << "as often as it is read";
  files_["package.policy"] = "allow bob@ops1 * *\n";
  EXPECT_TRUE(take().faults.empty());
  EXPECT_TRUE(ask("bob@ops1", "package", "install").allowed);
}

TEST_F(PolicyFolderOf, ANewFileThatIsBrokenAllowsNobodyAnything)
{
  files_["nrpe.policy"] = "nonsense\n";
  EXPECT_FALSE(take().faults[0].last_good_stays);
  EXPECT_FALSE(take().faults[0].last_good_stays) << "nor the second time";
  const auto verdict = ask("alice@ops1", "nrpe", "runcommand", false);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_NE(verdict.why.find("/p/nrpe.policy is broken"), std::string::npos) << verdict.why;
}

TEST_F(PolicyFolderOf, AFileThatIsGoneCountsNoMore)
{
  files_["nrpe.policy"] = "policy default deny\n";
  take();
  EXPECT_FALSE(ask("alice@ops1", "nrpe", "runcommand", false).allowed);
  files_.clear();
  EXPECT_TRUE(take().faults.empty());
  EXPECT_TRUE(ask("alice@ops1", "nrpe", "runcommand", false).allowed);
}

TEST_F(PolicyFolderOf, WhoLeavesAGroupLosesItsRightsAlsoUnderABrokenPolicy)
{
  files_["groups"] = "admins alice@ops1 bob@ops1\n";
  files_["package.policy"] = "allow admins * *\n";
  take();
  files_["groups"] = "admins bob@ops1\n";
  files_["package.policy"] = "allow admins * *\nnonsense\n";
  take();
  EXPECT_FALSE(ask("alice@ops1", "package", "install").allowed);
  EXPECT_TRUE(ask("bob@ops1", "package", "install").allowed);
}

TEST_F(PolicyFolderOf, GroupsThatBreakKeepTheirLastGoodVersion)
{
  files_["groups"] = "admins alice@ops1\n";
  files_["package.policy"] = "allow admins * *\n";
  take();
  files_["groups"] = "admins\n";
  const auto reading = take();
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_TRUE(reading.faults[0].last_good_stays);
  EXPECT_TRUE(ask("alice@ops1", "package", "install").allowed);
}

TEST_F(PolicyFolderOf, ExplainTellsOfEveryLine)
{
  files_["package.policy"] = "deny bob@ops1 * *\nallow * * *\nallow alice@ops1 * *\n";
  take();
  const auto steps =
      folder_.explain({"alice@ops1", "package", "install", true, {{name_, facts_, none_, none_}, true}});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].outcome, PolicyStep::Outcome::no_match);
  EXPECT_EQ(steps[0].why, "alice@ops1 is not among the callers");
  EXPECT_EQ(steps[1].outcome, PolicyStep::Outcome::matched);
  EXPECT_EQ(steps[2].outcome, PolicyStep::Outcome::not_reached);
}

}  // namespace
}  // namespace muster
