// SPDX-License-Identifier: Apache-2.0
//
// What decides in --self-test; tests/system/self_test_test.py has what it does.
#include <cstdlib>
#include <filesystem>
#include <sys/timex.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/broker_trial.hpp"
#include "checkagent/local_trials.hpp"
#include "checkagent/plugin_access.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using Grade = Finding::Grade;

const Error not_authorized{ErrorCode::denied, "not authorized"};

std::vector<Finding> rights(const BrokerOutcome& outcome)
{
  return judge_rights(outcome, protocol::Topics{}, "web1");
}

BrokerOutcome all_went_well()
{
  BrokerOutcome outcome;
  outcome.connected = true;
  outcome.answered = true;
  outcome.presence = BrokerOutcome::Presence::came_back;
  return outcome;
}

}  // namespace

TEST(Findings, AreOneLineWithTheFix)
{
  EXPECT_EQ(line_of("TLS", good("connected")), "OK    TLS: connected");
  EXPECT_EQ(line_of("clock", warning("unsure", "ask chrony")), "WARN  clock: unsure; fix: ask chrony");
  EXPECT_EQ(line_of("keys", bad("none", "copy one")), "FAIL  keys: none; fix: copy one");
}

TEST(Findings, FailTheTestButWarningsDoNot)
{
  testing::internal::CaptureStdout();
  Findings findings;
  findings.tell("clock", warning("unsure", "ask chrony"));
  EXPECT_EQ(findings.exit_status(), 0);
  findings.tell("keys", bad("none", "copy one"));
  findings.tell("TLS", good("connected"));
  EXPECT_EQ(findings.exit_status(), 78);
  testing::internal::GetCapturedStdout();
}

TEST(SelfTestClock, WarnsWhenTheKernelIsNotSure)
{
  EXPECT_EQ(judge_clock(TIME_OK).grade, Grade::ok);
  EXPECT_EQ(judge_clock(TIME_INS).grade, Grade::ok) << "a leap second is no trouble";
  EXPECT_EQ(judge_clock(TIME_ERROR).grade, Grade::warning);
  EXPECT_THAT(judge_clock(TIME_ERROR).fix, HasSubstr("timedatectl set-ntp true"));
}

TEST(SelfTestRights, AreOneGoodLineThatOwnsUpToWhatItCannotTell)
{
  const auto findings = rights(all_went_well());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].grade, Grade::ok);
  EXPECT_THAT(
      findings[0].what, AllOf(HasSubstr("replies, results and its presence"), HasSubstr("mco ping -I web1")));
}

TEST(SelfTestRights, LeaveThePresenceOfANodeThatIsUpAlone)
{
  auto outcome = all_went_well();
  outcome.node_is_up = true;
  outcome.presence = BrokerOutcome::Presence::untried;
  const auto findings = rights(outcome);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].grade, Grade::ok);
  EXPECT_THAT(findings[0].what, HasSubstr("its presence was left alone"));
}

TEST(SelfTestRights, NameTheRuleThatIsMissingForEachTopic)
{
  auto outcome = all_went_well();
  outcome.presence = BrokerOutcome::Presence::refused;
  for (const auto* topic :
       {"muster/1/node/web1",
        "muster/1/presence/web1",
        "muster/1/reply/web1/selftest/web1",
        "muster/1/result/web1"}) {
    outcome.refused.emplace(topic, not_authorized);
  }
  EXPECT_THAT(
      rights(outcome),
      testing::ElementsAre(
          Field(&Finding::fix, HasSubstr("pattern read muster/1/request/+ and muster/1/node/%u")),
          Field(&Finding::fix, HasSubstr("pattern readwrite muster/1/presence/%u")),
          Field(&Finding::fix, HasSubstr("pattern write muster/1/reply/+/+/%u")),
          Field(&Finding::fix, HasSubstr("pattern write muster/1/result/%u"))));
}

TEST(SelfTestRights, FailWhenTheOwnPresenceIsNotDelivered)
{
  auto outcome = all_went_well();
  outcome.presence = BrokerOutcome::Presence::sent;
  const auto findings = rights(outcome);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].grade, Grade::failure);
  EXPECT_THAT(findings[0].fix, HasSubstr("pattern readwrite muster/1/presence/%u"));
}

TEST(SelfTestRights, AreInDoubtWhenTheBrokerSaysNothing)
{
  BrokerOutcome outcome;
  outcome.connected = true;
  ASSERT_THAT(rights(outcome), SizeIs(1));
  EXPECT_EQ(rights(outcome)[0].grade, Grade::warning);
}

TEST(SelfTestRights, FailWhenTheBrokerHangsUp)
{
  BrokerOutcome outcome;
  outcome.connected = true;
  outcome.fell = Error{ErrorCode::disconnected, "connection lost"};
  ASSERT_THAT(rights(outcome), SizeIs(1));
  EXPECT_EQ(rights(outcome)[0].grade, Grade::failure);
}

TEST(SelfTestConnection, TellsACertificateFromABrokerThatIsDown)
{
  const auto down = judge_no_connection({ErrorCode::disconnected, "mqtts://mon1:8883: Connection refused"});
  const auto stranger = judge_no_connection({ErrorCode::disconnected, "self-signed certificate in chain"});
  EXPECT_THAT(down.fix, HasSubstr("start the broker"));
  EXPECT_THAT(stranger.fix, HasSubstr("tls: ca"));
}

TEST(SelfTestTls, IsNotNeededByABrokerOnThisMachine)
{
  EXPECT_EQ(judge_tls_files({}, std::chrono::system_clock::now()).grade, Grade::ok);
}

class PluginAccess : public testing::Test {
protected:
  PluginAccess()
  {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms{0755});
    EXPECT_TRUE(runtime::write_file_atomically(plugin(), "#!/bin/sh\n", 0700));
  }

  [[nodiscard]] std::string plugin() const { return folder_.path("check_mine"); }

  [[nodiscard]] std::string folder() const { return folder_.path(); }

private:
  const test::TemporaryDirectory folder_;
};

TEST_F(PluginAccess, IsOursToWhatWeMayExecute)
{
  EXPECT_EQ(why_not_executable(plugin(), std::nullopt), "");
  std::filesystem::permissions(plugin(), std::filesystem::perms{0600});
  EXPECT_EQ(why_not_executable(plugin(), std::nullopt), "Permission denied");
  EXPECT_EQ(why_not_executable(folder(), std::nullopt), "Is a directory");
  EXPECT_EQ(why_not_executable(folder() + "/gone", std::nullopt), "No such file or directory");
}

TEST_F(PluginAccess, IsThatOfTheAccountThatRunsIt)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const RunAs nobody{65'534, 65'534, {65'534}};
  EXPECT_EQ(why_not_executable(plugin(), nobody), "Permission denied");
  std::filesystem::permissions(plugin(), std::filesystem::perms{0755});
  EXPECT_EQ(why_not_executable(plugin(), nobody), "");
  std::filesystem::permissions(folder(), std::filesystem::perms{0700});
  EXPECT_EQ(why_not_executable(plugin(), nobody), "Permission denied") << "a folder above is closed";
}

}  // namespace muster::checkagent
