// SPDX-License-Identifier: Apache-2.0
#include "collector/care_rounds.hpp"

#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;

const std::string peer = "collector@mon2";
const CareRounds::Moment start{1h};

std::vector<ToldCare> two_changes()
{
  return {
      {{acknowledgement_kind, "web1 disk"}, {"alice", Time{1h}}, "{}"},
      {{downtime_kind, "upgrade"}, {"alice", Time{1h}}, "{}"}};
}

protocol::Answer answer(const std::string& id = "id1")
{
  protocol::Answer answer;
  answer.id = id;
  answer.node = peer;
  return answer;
}

protocol::Answer refusal(protocol::Refusal reason)
{
  auto refusal = answer();
  refusal.outcome = protocol::Outcome::refused;
  refusal.reason = reason;
  refusal.message = "no policy allows it";
  return refusal;
}

struct Rounds : testing::Test {
  Rounds() { rounds.asked(peer, "id1", two_changes(), start); }

  CareRounds rounds;
};

}  // namespace

TEST_F(Rounds, AskOneAtATimeAndGoOnAtOnceWhenAllIsTaken)
{
  EXPECT_TRUE(rounds.is_asked(peer));
  EXPECT_FALSE(rounds.may_ask(peer, start));
  EXPECT_TRUE(rounds.may_ask("collector@mon3", start));
  const auto taken = rounds.take(answer(), start + 1s);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->peer, peer);
  EXPECT_EQ(taken->changes.size(), 2U);
  EXPECT_FALSE(rounds.is_asked(peer));
  EXPECT_TRUE(rounds.may_ask(peer, start + 1s));
  EXPECT_EQ(rounds.trouble(peer), "");
}

TEST_F(Rounds, TakeNoAnswerToAnotherRequestAndNoneOfAnotherCollector)
{
  EXPECT_FALSE(rounds.take(answer("id2"), start));
  auto of_another = answer();
  of_another.node = "collector@mon3";
  EXPECT_FALSE(rounds.take(of_another, start));
  auto running = answer();
  running.outcome = protocol::Outcome::running;
  ASSERT_TRUE(rounds.take(running, start));
  EXPECT_TRUE(rounds.is_asked(peer));
}

TEST_F(Rounds, SayWhoRefusesAndWaitUntilSomebodyHasChangedThat)
{
  const auto taken = rounds.take(refusal(protocol::Refusal::policy), start);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->changes.empty());
  EXPECT_EQ(
      rounds.trouble(peer),
      "collector@mon2 refuses: no policy allows it; the other collectors did it: after a takeover it may not "
      "hold");
  EXPECT_FALSE(rounds.may_ask(peer, start + 4min));
  EXPECT_TRUE(rounds.may_ask(peer, start + 5min));
}

TEST_F(Rounds, AskSoonAgainWhoHasJustStarted)
{
  ASSERT_TRUE(rounds.take(refusal(protocol::Refusal::restarted), start));
  EXPECT_FALSE(rounds.may_ask(peer, start + 29s));
  EXPECT_TRUE(rounds.may_ask(peer, start + 30s));
}

TEST_F(Rounds, DoNotWaitWhileAnOperatorDoes)
{
  ASSERT_TRUE(rounds.take(refusal(protocol::Refusal::policy), start));
  rounds.hurry(peer);
  EXPECT_TRUE(rounds.may_ask(peer, start));
  EXPECT_EQ(rounds.trouble(peer), "");
}

TEST_F(Rounds, NameWhatWasNotTakenAndTellTheRest)
{
  auto partly = answer();
  partly.data["refused"] = protocol::json::array{
      protocol::json::object{{"at", 0}, {"message", "disk of web1 is OK: nothing to acknowledge"}}};
  const auto taken = rounds.take(partly, start);
  ASSERT_TRUE(taken);
  ASSERT_EQ(taken->changes.size(), 1U);
  EXPECT_EQ(taken->changes.front().key.id, "upgrade");
  EXPECT_EQ(
      rounds.trouble(peer),
      "collector@mon2 does not take disk of web1: disk of web1 is OK: nothing to acknowledge; the other "
      "collectors "
      "did it: "
      "after a takeover it may not hold");
  EXPECT_EQ(rounds.put_off(peer), (std::set<CareKey>{{acknowledgement_kind, "web1 disk"}}));
  EXPECT_TRUE(rounds.may_ask(peer, start)) << "what is behind it";
  rounds.round_ends(peer, start);
  EXPECT_FALSE(rounds.may_ask(peer, start + 29s));
  EXPECT_TRUE(rounds.may_ask(peer, start + 30s));
  EXPECT_TRUE(rounds.put_off(peer).empty());
}

TEST_F(Rounds, TakeAnAnswerThatIsNoneForAllTaken)
{
  auto odd = answer();
  odd.data["refused"] = protocol::json::array{7, protocol::json::object{{"at", -1}, {"message", 3}}};
  const auto taken = rounds.take(odd, start);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->changes.size(), 2U);
}

TEST_F(Rounds, GiveUpAfterTheirPatienceAndAskAgain)
{
  EXPECT_TRUE(rounds.take_time(start + CareRounds::patience - 1ms).empty());
  const std::vector<std::string> silence{"collector@mon2 gave no answer: it is told again"};
  EXPECT_EQ(rounds.take_time(start + CareRounds::patience), silence);
  EXPECT_EQ(rounds.trouble(peer), silence.front());
  EXPECT_FALSE(rounds.may_ask(peer, start + 30s));
  EXPECT_TRUE(rounds.may_ask(peer, start + 33s));
  EXPECT_FALSE(rounds.take(answer(), start + 5s)) << "it comes too late";
}

TEST_F(Rounds, CutWhatAnotherCollectorSays)
{
  auto long_winded = refusal(protocol::Refusal::policy);
  long_winded.message = std::string(100'000, 'x');
  ASSERT_TRUE(rounds.take(long_winded, start));
  EXPECT_LT(rounds.trouble(peer).size(), 400U);
}

}  // namespace muster::collector
