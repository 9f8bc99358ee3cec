// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "cli/doctor/trials.hpp"
#include "libmuster/protocol/json.hpp"
#include "tests/support/fake_mqtt.hpp"

namespace muster::cli::doctor {

namespace {

using Kind = Trespass::Kind;
using Outcome = Trespass::Outcome;

constexpr std::array every_kind{
    Kind::forged_answer,
    Kind::forged_presence,
    Kind::forged_result,
    Kind::overheard,
    Kind::overheard_requests,
    Kind::overheard_results};

class DoctorTrials : public testing::Test {
protected:
  Over over()
  {
    return [this] {
      ++ends_;
      loop_.stop();
    };
  }

  void run(mqtt::MqttListener& trial)
  {
    client_->start(trial);
    loop_.restart();
    loop_.run();
    client_->close(std::chrono::milliseconds{0});
  }

  Outcome trespass(Kind kind)
  {
    Trespass trespass{kind, {}, Outcome::untold};
    client_ = new_client();
    TrespassTrial trial{*client_, speaker_, trespass, over()};
    run(trial);
    return trespass.outcome;
  }

  // The broker remembers them to the end.
  test::FakeMqttClient* new_client() { return clients_.emplace_back(broker_.make_client()).get(); }

  boost::asio::io_context loop_;
  test::FakeBroker broker_{loop_.get_executor()};
  std::vector<std::unique_ptr<test::FakeMqttClient>> clients_;
  test::FakeMqttClient* client_ = new_client();
  Speaker speaker_{protocol::Topics{}, "alice@ops1", "abc", "doctor-x"};
  int ends_ = 0;
};

std::string presence_of(const std::string& name)
{
  protocol::Presence presence;
  presence.name = name;
  presence.instance = "i";
  return protocol::encode(presence);
}

}  // namespace

TEST_F(DoctorTrials, TheRollCallSeesPresencesRoundTripsAndTheLargestMessage)
{
  broker_.publish("muster/1/presence/web1", presence_of("web1"), true);
  broker_.publish("muster/1/presence/web2", "no presence", true);
  BrokerFacts facts;
  RollCallTrial trial{*client_, speaker_, facts, over()};
  run(trial);
  EXPECT_TRUE(facts.connected);
  EXPECT_EQ(facts.round_trips.size(), RollCallTrial::round_trips);
  EXPECT_EQ(facts.presences.count("web1"), 1U);
  EXPECT_EQ(facts.presences.size(), 1U);
  EXPECT_TRUE(facts.largest_came_back);
}

TEST_F(DoctorTrials, TheRollCallSendsNothingThatTheBrokerHasSaidToBeTooLarge)
{
  client_->said.maximum_packet_size = 20'000;
  BrokerFacts facts;
  RollCallTrial trial{*client_, speaker_, facts, over()};
  run(trial);
  EXPECT_EQ(facts.limits.maximum_packet_size, 20'000U);
  EXPECT_FALSE(facts.largest_came_back);
  for (const auto& message : client_->published) {
    EXPECT_LT(message.payload.size(), 20'000U);
  }
}

TEST_F(DoctorTrials, TheRollCallRemembersWhyTheBrokerIsNotThere)
{
  broker_.go_down();
  BrokerFacts facts;
  RollCallTrial trial{*client_, speaker_, facts, over()};
  run(trial);
  EXPECT_FALSE(facts.connected);
  EXPECT_TRUE(facts.no_session);
}

TEST_F(DoctorTrials, TheRollCallGoesOnWithoutTheRightToHearPresences)
{
  broker_.denied = {"muster/1/presence/+"};
  BrokerFacts facts;
  RollCallTrial trial{*client_, speaker_, facts, over()};
  run(trial);
  EXPECT_EQ(facts.refused.count("muster/1/presence/+"), 1U);
  EXPECT_EQ(facts.round_trips.size(), RollCallTrial::round_trips);
}

TEST_F(DoctorTrials, AnOpenBrokerLetsEveryTrespassBeHeard)
{
  for (const auto kind : every_kind) {
    EXPECT_EQ(trespass(kind), Outcome::heard) << static_cast<int>(kind);
  }
}

TEST_F(DoctorTrials, ABrokerThatSaysNoIsBelieved)
{
  for (const auto kind : {Kind::forged_answer, Kind::forged_presence, Kind::forged_result}) {
    broker_.denied = {trespass_topic(kind, speaker_)};
    EXPECT_EQ(trespass(kind), Outcome::refused) << static_cast<int>(kind);
  }
  broker_.denied = {"muster/1/reply/doctor-x/+/+"};
  EXPECT_EQ(trespass(Kind::overheard), Outcome::refused);
  broker_.denied = {"muster/1/node/+"};
  EXPECT_EQ(trespass(Kind::overheard_requests), Outcome::refused);
  broker_.denied = {"muster/1/result/+"};
  EXPECT_EQ(trespass(Kind::overheard_results), Outcome::refused);
}

TEST_F(DoctorTrials, ABrokerThatSaysNothingIsListenedTo)
{
  broker_.passes = [](const mqtt::Message& message) {
    return message.topic == "muster/1/reply/alice@ops1/abc/alice@ops1";
  };
  for (const auto kind : every_kind) {
    EXPECT_EQ(trespass(kind), Outcome::unheard) << static_cast<int>(kind);
  }
}

TEST_F(DoctorTrials, WhatMayNotEvenBeTriedCannotBeTold)
{
  broker_.denied = {trespass_topic(Kind::overheard, speaker_)};
  EXPECT_EQ(trespass(Kind::overheard), Outcome::untold);
}

TEST_F(DoctorTrials, NothingIsRetainedAndNoPayloadIsAMessageOfTheProtocol)
{
  for (const auto kind : every_kind) {
    trespass(kind);
    for (const auto& message : client_->published) {
      EXPECT_FALSE(message.retained) << message.topic;
      EXPECT_FALSE(protocol::parse_presence(message.payload)) << message.topic;
      EXPECT_FALSE(protocol::parse_answer(message.payload)) << message.topic;
      EXPECT_TRUE(message.expiry) << message.topic;
    }
  }
}

TEST_F(DoctorTrials, AQueueThatHasNoRoomForTheSentinelIsAskedAgain)
{
  QueueTrial trial;
  trial.sent = 3;
  int sentinels = 0;
  broker_.passes = [&sentinels](const mqtt::Message&) { return ++sentinels > 1; };
  QueueCount count{loop_.get_executor(), *client_, speaker_, trial, over()};
  run(count);
  EXPECT_EQ(sentinels, 2);
  EXPECT_TRUE(trial.finished);
  EXPECT_EQ(trial.kept, 0U);
}

TEST_F(DoctorTrials, TheQueueIsFilledOnceAndItsEndIsHeard)
{
  QueueTrial trial;
  const std::string waiting = "muster/1/reply/alice@ops1/other/alice@ops1";
  QueueFilling filling{*client_, speaker_, waiting, trial, over()};
  run(filling);
  EXPECT_EQ(trial.sent, QueueFilling::messages);
  EXPECT_EQ(client_->published_on(waiting).size(), QueueFilling::messages);
}

}  // namespace muster::cli::doctor
