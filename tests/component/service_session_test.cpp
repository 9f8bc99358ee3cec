// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/service_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/asking.hpp"
#include "tests/support/fake_mqtt.hpp"

namespace muster::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ServiceSessionTest : public testing::Test {
protected:
  ServiceSessionTest() : session_{client_, {alice_.key(), protocol::Topics{}, "session1"}, events()}
  {
    session_.start();
    client_.connect();
  }

  ServiceSession::Events events()
  {
    ServiceSession::Events events;
    events.connected = [this] { happened_.emplace_back("connected"); };
    events.lost = [this](const Error& why) { happened_.push_back("lost: " + why.message); };
    events.not_allowed = [this](const Error& why) { happened_.push_back("not allowed: " + why.message); };
    events.presence = [this](const protocol::Presence& presence, std::chrono::seconds) {
      happened_.push_back("presence of " + presence.name);
    };
    events.roll_call = [this] { happened_.emplace_back("roll-call"); };
    events.answer = [this](const protocol::Answer& answer) { happened_.push_back("answer " + answer.id); };
    return events;
  }

  static std::string presence_of(const std::string& name)
  {
    protocol::Presence presence;
    presence.name = name;
    presence.instance = "i1";
    return protocol::encode(presence);
  }

  static std::string answer_of(const std::string& name)
  {
    protocol::Answer answer;
    answer.id = "r1";
    answer.node = name;
    return protocol::encode(answer);
  }

  [[nodiscard]] std::string replies() const
  {
    return "muster/1/reply/" + alice_.key().caller() + "/session1/";
  }

  test::Operator alice_;
  test::FakeMqttClient client_;
  std::vector<std::string> happened_;
  ServiceSession session_;
};

TEST_F(ServiceSessionTest, HearsWhichServicesAreThereAndWhenThatIsAll)
{
  client_.deliver("muster/1/presence/web1", presence_of("web1"), true);
  client_.deliver("muster/1/presence/collector@mon1", presence_of("collector@mon1"), true);
  client_.deliver("muster/1/presence/collector@mon2", presence_of("collector@mon1"), true);
  client_.deliver("muster/1/presence/collector@mon3", "nonsense", true);
  const auto marker = client_.published_on(replies() + "+").at(0);
  client_.deliver(marker.topic, marker.payload);
  EXPECT_THAT(happened_, ElementsAre("connected", "presence of collector@mon1", "roll-call"));
}

TEST_F(ServiceSessionTest, AsksAgainAndAgainEachTimeUnderAnotherId)
{
  const auto first = session_.ask({"collector@mon1", "collector", "status", {}});
  const auto second = session_.ask({"collector@mon1", "collector", "status", {}});
  const auto sent = client_.published_on("muster/1/node/collector@mon1");
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_NE(*first, *second);
  EXPECT_THAT(sent[0].payload, HasSubstr(*first));
  EXPECT_THAT(sent[1].payload, HasSubstr(*second));
}

TEST_F(ServiceSessionTest, TakesAnswersOnlyFromWhoTheyAreOf)
{
  client_.deliver(replies() + "collector@mon1", answer_of("collector@mon1"));
  client_.deliver(replies() + "web1", answer_of("collector@mon1"));
  client_.deliver(replies() + "collector@mon1", "nonsense");
  client_.deliver("elsewhere", answer_of("collector@mon1"));
  EXPECT_THAT(happened_, ElementsAre("connected", "answer r1"));
}

TEST_F(ServiceSessionTest, SubscribesAgainWithEachConnection)
{
  client_.fail("the broker is away");
  client_.connect();
  EXPECT_THAT(client_.subscribed, ElementsAre(replies() + "+", "muster/1/presence/+"));
  EXPECT_THAT(happened_, ElementsAre("connected", "lost: the broker is away", "connected"));
}

TEST_F(ServiceSessionTest, DoesNotSendWhatIsTooLarge)
{
  const auto asked = session_.ask(
      {"collector@mon1", "collector", "status", {{"filter", std::string(protocol::largest_encoded, 'x')}}});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(client_.published_on("muster/1/node/+").empty());
}

}  // namespace
}  // namespace muster::fleet
