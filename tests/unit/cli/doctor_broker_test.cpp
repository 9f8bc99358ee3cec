// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/judge_broker.hpp"
#include "libmuster/mqtt/reason_code.hpp"

namespace muster::cli::doctor {

namespace {

using Grade = Finding::Grade;
using Kind = Trespass::Kind;
using Outcome = Trespass::Outcome;
using testing::HasSubstr;
using namespace std::chrono_literals;

const protocol::Topics topics;

BrokerFacts healthy()
{
  BrokerFacts facts;
  facts.url = "mqtts://mon1:8883";
  facts.connected = true;
  facts.limits.receive_maximum = 1000;
  facts.round_trips = {100us, 300us};
  facts.presences["web1"] = {};
  facts.largest_came_back = true;
  return facts;
}

Finding about(const Findings& findings, const std::string& subject)
{
  const auto found = std::find_if(
      findings.begin(), findings.end(), [&](const Finding& finding) { return finding.subject == subject; });
  return found == findings.end() ? Finding{Grade::ok, "", "nothing about " + subject, ""} : *found;
}

Finding judged(const BrokerFacts& facts, const std::string& subject, std::size_t answers = 1)
{
  return about(judge_broker(facts, topics, answers), subject);
}

std::vector<Trespass> all(Outcome answer, Outcome presence, Outcome result, Outcome overheard)
{
  return {
      {Kind::forged_answer, "muster/1/reply/a/b/doctor-x", answer},
      {Kind::forged_presence, "muster/1/presence/doctor-x", presence},
      {Kind::forged_result, "muster/1/result/doctor-x", result},
      {Kind::overheard, "muster/1/reply/doctor-x/b/a", overheard}};
}

}  // namespace

TEST(DoctorOfABroker, FindsNothingWrongWithAHealthyOne)
{
  const auto findings = judge_broker(healthy(), topics, 1);
  EXPECT_EQ(tally_of(findings).ok, findings.size());
  EXPECT_EQ(about(findings, "round trip").what, "2 messages to ourselves came back, min: 0.10 avg: 0.20 ms");
  EXPECT_EQ(about(findings, "roll-call").what, "the broker told of 1 node");
}

TEST(DoctorOfABroker, TellsWhyThereIsNoSessionAndWhatHelpsAgainstIt)
{
  struct Case {
    std::string why;
    const char* fix;
  };

  const auto refused = [](int reason) { return mqtt::refusal("connect", reason).message; };
  for (const auto& [why, fix] :
       {Case{"connect: Connection refused", "start the broker"},
        Case{"connect: TLS: the broker's certificate: certificate has expired", "`tls: ca`"},
        Case{refused(0x84), "must speak MQTT 5"},
        Case{refused(0x86), "let this caller in"},
        Case{refused(0x87), "let this caller in"}}) {
    BrokerFacts facts;
    facts.no_session = Error{ErrorCode::disconnected, why};
    const auto findings = judge_broker(facts, topics, 0);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].grade, Grade::problem);
    EXPECT_EQ(findings[0].what, why);
    EXPECT_THAT(findings[0].fix, HasSubstr(fix));
  }
}

TEST(DoctorOfABroker, MissesTheRoundTripAndNamesTheRight)
{
  auto facts = healthy();
  facts.round_trips.clear();
  const auto finding = judged(facts, "round trip");
  EXPECT_EQ(finding.grade, Grade::problem);
  EXPECT_THAT(finding.fix, HasSubstr("pattern read muster/1/reply/%u/+/+"));
}

TEST(DoctorOfABroker, WantsRoomForTheLargestMessage)
{
  auto facts = healthy();
  facts.limits.maximum_packet_size = 128 * 1024;
  EXPECT_EQ(judged(facts, "packet size").grade, Grade::ok);
  facts.limits.maximum_packet_size = 128 * 1024 - 1;
  EXPECT_EQ(judged(facts, "packet size").grade, Grade::problem);
  facts.limits.maximum_packet_size.reset();
  facts.largest_came_back = false;
  EXPECT_EQ(judged(facts, "packet size").grade, Grade::problem);
}

TEST(DoctorOfABroker, WantsQosOneAndSomeMessagesAtOnce)
{
  auto facts = healthy();
  facts.limits.receive_maximum = 9;
  EXPECT_EQ(judged(facts, "QoS").grade, Grade::warning);
  facts.limits.receive_maximum = 10;
  EXPECT_EQ(judged(facts, "QoS").grade, Grade::ok);
  facts.limits.acknowledges = false;
  EXPECT_EQ(judged(facts, "QoS").grade, Grade::problem);
}

TEST(DoctorOfABroker, WarnsOfOneThatCannotTellWhoIsThere)
{
  auto facts = healthy();
  facts.limits.retains = false;
  EXPECT_THAT(judged(facts, "roll-call").what, HasSubstr("no retained messages"));
  EXPECT_EQ(judged(facts, "roll-call").grade, Grade::warning);
  facts.limits.retains = true;
  facts.limits.knows_wildcards = false;
  EXPECT_THAT(judged(facts, "roll-call").what, HasSubstr("no wildcard subscriptions"));
}

TEST(DoctorOfABroker, KnowsTheRightToHearPresencesFromAFleetThatIsNotThere)
{
  auto facts = healthy();
  facts.presences.clear();
  EXPECT_EQ(judged(facts, "roll-call", 0).grade, Grade::warning);
  EXPECT_EQ(judged(facts, "roll-call", 2).grade, Grade::problem);
  EXPECT_THAT(judged(facts, "roll-call", 2).fix, HasSubstr("topic read muster/1/presence/+"));
  facts.refused["muster/1/presence/+"] = "subscribe to muster/1/presence/+: not authorized";
  EXPECT_EQ(judged(facts, "roll-call", 0).grade, Grade::problem);
}

TEST(DoctorOfABroker, GradesAQueueByWhatTheFleetSendsAtOnce)
{
  struct Case {
    QueueTrial trial;
    std::size_t nodes;
    Grade grade;
  };

  const std::vector<Case> cases{
      {{1200, 1200, true, {}}, 10'000, Grade::ok},
      {{1200, 1000, true, {}}, 43, Grade::warning},
      {{1200, 1000, true, {}}, 1001, Grade::problem},
      {{1200, 99, true, {}}, 1, Grade::problem},
      {{1200, 1200, false, {}}, 1, Grade::warning},
      {{0, 0, true, {}}, 1, Grade::warning},
      {{1200, 1200, true, 60s}, 1, Grade::warning},
      {{1200, 1200, true, 120s}, 1, Grade::ok}};
  for (const auto& [trial, nodes, grade] : cases) {
    EXPECT_EQ(judge_queue(trial, nodes).grade, grade) << trial.kept << " of " << trial.sent << ", " << nodes;
  }
}

TEST(DoctorOfRights, IsContentWithABrokerThatForbidsWhatItMust)
{
  for (const auto how : {Outcome::refused, Outcome::unheard}) {  // some say no, some say nothing
    const auto findings = judge_trespasses(all(how, how, how, Outcome::unheard), "alice@ops1");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].what, "alice@ops1 can neither speak as another nor hear what is meant for another");
    EXPECT_EQ(findings[0].grade, Grade::ok);
  }
}

TEST(DoctorOfRights, AllowsPresencesToWhoMayForgetNodes)
{
  const auto findings = judge_trespasses(
      all(Outcome::refused, Outcome::heard, Outcome::refused, Outcome::unheard), "alice@ops1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Grade::ok);
  EXPECT_THAT(findings[0].what, HasSubstr("mco node forget"));
}

TEST(DoctorOfRights, NamesWhoHearsRequestsToOtherNodes)
{
  const auto findings = judge_trespasses(
      {{Kind::overheard_requests, "muster/1/node/doctor-x", Outcome::heard},
       {Kind::overheard_results, "muster/1/result/alice@ops1", Outcome::unheard}},
      "alice@ops1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Grade::problem);
  EXPECT_EQ(
      findings[0].what,
      "alice@ops1 may hear requests to other nodes: the broker delivered muster/1/node/doctor-x");
  EXPECT_THAT(findings[0].fix, HasSubstr("pattern read muster/1/node/%u"));
}

TEST(DoctorOfRights, AllowsEveryCheckResultToACollectorAndWarnsOfAnybodyElse)
{
  const std::vector<Trespass> heard{
      {Kind::overheard_results, "muster/1/result/collector@mon1", Outcome::heard}};
  for (const auto* caller : {"collector@mon1", "nagios-bridge@mon1"}) {
    const auto findings = judge_trespasses(heard, caller);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].grade, Grade::ok);
    EXPECT_THAT(findings[0].what, HasSubstr("as a collector must"));
  }
  const auto findings = judge_trespasses(heard, "alice@ops1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Grade::warning);
  EXPECT_THAT(findings[0].what, HasSubstr("may hear every check result"));
}

TEST(DoctorOfRights, CallsABrokerWithoutAclByItsName)
{
  const auto findings =
      judge_trespasses(all(Outcome::heard, Outcome::heard, Outcome::heard, Outcome::heard), "alice@ops1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].what, HasSubstr("speak as any node"));
  EXPECT_EQ(findings[0].grade, Grade::problem);
}

TEST(DoctorOfRights, NamesEachRightThatIsTooWide)
{
  struct Case {
    std::vector<Trespass> trespasses;
    const char* what;
    const char* fix;
  };

  const std::vector<Case> cases{
      {all(Outcome::heard, Outcome::refused, Outcome::refused, Outcome::unheard),
       "may answer as another",
       "pattern write muster/1/reply/+/+/%u"},
      {all(Outcome::refused, Outcome::refused, Outcome::heard, Outcome::unheard),
       "may publish check results of another",
       "pattern write muster/1/result/%u"},
      {all(Outcome::refused, Outcome::refused, Outcome::unheard, Outcome::unheard),  // taken: it says no else
       "may publish check results of another",
       "pattern write muster/1/result/%u"},
      {all(Outcome::refused, Outcome::refused, Outcome::refused, Outcome::heard),
       "may hear answers to another caller",
       "pattern read muster/1/reply/%u/+/+"}};
  for (const auto& [trespasses, what, fix] : cases) {
    const auto findings = judge_trespasses(trespasses, "alice@ops1");
    ASSERT_EQ(findings.size(), 1U) << what;
    EXPECT_EQ(findings[0].grade, Grade::problem) << what;
    EXPECT_THAT(findings[0].what, HasSubstr(what));
    EXPECT_THAT(findings[0].fix, HasSubstr(fix));
  }
}

TEST(DoctorOfRights, SaysWhatCannotBeTold)
{
  const auto findings = judge_trespasses(
      all(Outcome::refused, Outcome::refused, Outcome::refused, Outcome::untold), "alice@ops1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Grade::warning);
  EXPECT_THAT(findings[0].what, HasSubstr("cannot be told"));
}

}  // namespace muster::cli::doctor
