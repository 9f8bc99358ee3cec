// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using protocol::NodeState;
using protocol::Outcome;
using protocol::Presence;
using protocol::Refusal;
using protocol::ReplyMode;
using protocol::Target;

const std::string own_presence = "muster/1/presence/web1";

// Started and connected.
class NodeTest : public testing::Test, public NodeOnFake {
protected:
  NodeTest() { begin(); }

  explicit NodeTest(const node::Node::Options& options) : NodeOnFake{options} { begin(); }

  void begin()
  {
    node.start();
    client.connect();
  }

  [[nodiscard]] Presence last_presence() const
  {
    const auto all = presences();
    return all.empty() ? Presence{} : all.back();
  }

  // A presence in our own topic, of this or another instance.
  void hear(const Presence& presence)
  {
    client.deliver(own_presence, protocol::encode(presence));
    settle(loop);
  }

  // The same as the broker hands it out to a new subscription, so long after it was published.
  void hear_retained(const Presence& presence, std::chrono::seconds age = 0s)
  {
    mqtt::Message message;
    message.topic = own_presence;
    message.payload = protocol::encode(presence);
    message.retained = true;
    message.expiry = protocol::presence_expiry - age;
    client.deliver(std::move(message));
    settle(loop);
  }

  [[nodiscard]] Presence foreign(NodeState state) const
  {
    Presence presence = last_presence();
    presence.instance = "somebodyelse";
    presence.state = state;
    return presence;
  }
};

TEST_F(NodeTest, SubscribesBeforeItAnnouncesItself)
{
  EXPECT_EQ(
      client.order,
      (std::vector<std::string>{
          "subscribe muster/1/node/web1",
          "subscribe muster/1/request/main",
          "subscribe muster/1/request/dmz",
          "subscribe " + own_presence,
          "publish " + own_presence}));
}

TEST_F(NodeTest, AnnouncesItselfRetainedWithAnExpiry)
{
  const auto messages = client.published_on(own_presence);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].retained);
  EXPECT_EQ(messages[0].qos, mqtt::Qos::at_least_once);
  EXPECT_EQ(messages[0].expiry, protocol::presence_expiry);
  const auto presence = last_presence();
  EXPECT_EQ(presence.name, "web1");
  EXPECT_EQ(presence.state, NodeState::up);
  EXPECT_FALSE(presence.instance.empty());
  EXPECT_EQ(presence.collectives, (std::vector<std::string>{"main", "dmz"}));
  EXPECT_EQ(presence.agents, (std::vector<std::string>{"rpcutil", "test"}));
}

TEST_F(NodeTest, LeavesAWillThatSaysWhoIsGone)
{
  ASSERT_TRUE(client.will_of_this_session);
  const auto& will = *client.will_of_this_session;
  EXPECT_EQ(will.message.topic, own_presence);
  EXPECT_TRUE(will.message.retained);
  EXPECT_EQ(will.message.expiry, protocol::presence_expiry);
  EXPECT_EQ(will.delay, node::Node::will_delay);
  const auto presence = protocol::parse_presence(will.message.payload);
  ASSERT_TRUE(presence);
  EXPECT_EQ(presence->state, NodeState::gone);
  EXPECT_EQ(presence->instance, last_presence().instance);
}

TEST_F(NodeTest, SubscribesAndAnnouncesItselfAgainAfterEveryConnect)
{
  const auto first = client.order;
  client.fail("connection lost");
  client.order.clear();
  client.connect();
  EXPECT_EQ(client.order, first);
}

TEST_F(NodeTest, SaysThatItStopsBeforeItLeaves)
{
  node.stop();
  EXPECT_EQ(last_presence().state, NodeState::stopped);
  EXPECT_TRUE(client.closed);
}

TEST_F(NodeTest, StopsWithoutASession)
{
  client.fail("connection lost");
  node.stop();
  EXPECT_TRUE(client.closed);
  EXPECT_EQ(presences().size(), 1U);
}

TEST_F(NodeTest, AnnouncesNewFactsAndClassesButOnlyIfTheyAreNews)
{
  Facts facts;
  facts.set("kernel", FactValue{std::string{"Linux"}});
  facts.set("uptime_seconds", FactValue{std::int64_t{1}});
  const std::vector<std::string> classes{"apache"};
  node.set_facts(facts, classes);
  EXPECT_EQ(presences().size(), 2U);
  EXPECT_NE(last_presence().facts.find("kernel"), nullptr);
  EXPECT_EQ(last_presence().classes, std::vector<std::string>{"apache"});
  facts.set("uptime_seconds", FactValue{std::int64_t{2}});
  node.set_facts(facts, classes);
  EXPECT_EQ(presences().size(), 2U) << "nothing announced has changed";
}

TEST_F(NodeTest, GivesNoFirmAnswerAboutClassesThatItCannotRead)
{
  node.set_facts({}, failure(ErrorCode::io_failure, "cannot read classes.txt"));
  EXPECT_FALSE(last_presence().all_classes);
  auto by_class = request("a1", "echo");
  by_class.filter.classes = {"apache"};
  receive(by_class);
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::refused);
  node.set_facts({}, std::vector<std::string>{});
  EXPECT_TRUE(last_presence().all_classes);
}

TEST_F(NodeTest, AnnouncesNewsOfItsHealthOnceAndLogsThemOnce)
{
  testing::internal::CaptureStderr();
  node.set_health("nrpe.cfg", {"nrpe.cfg:3: no such thing"});
  node.set_health("nrpe.cfg", {"nrpe.cfg:3: no such thing"});
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(presences().size(), 2U);
  EXPECT_EQ(last_presence().health, std::vector<std::string>{"nrpe.cfg:3: no such thing"});
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  node.set_health("nrpe.cfg", {});
  EXPECT_TRUE(last_presence().health.empty());
}

TEST_F(NodeTest, TakesTheNewHealthIntoTheNextWill)
{
  node.set_health("nrpe.cfg", {"broken"});
  const auto presence = protocol::parse_presence(client.will->message.payload);
  ASSERT_TRUE(presence);
  EXPECT_EQ(presence->health.size(), 1U);
}

TEST_F(NodeTest, IgnoresItsOwnPresenceAndOldOnes)
{
  const auto before = client.published.size();
  hear(last_presence());
  hear_retained(foreign(NodeState::up));
  hear_retained(foreign(NodeState::gone));
  EXPECT_EQ(client.published.size(), before);
  EXPECT_TRUE(client.pauses.empty());
}

TEST_F(NodeTest, AnnouncesItselfAgainWhenItIsSaidToBeAway)
{
  Presence own_will = last_presence();
  own_will.state = NodeState::gone;
  std::size_t expected = presences().size();
  hear(own_will);
  EXPECT_EQ(presences().size(), ++expected) << "a late will of an earlier connection";
  hear(foreign(NodeState::gone));
  EXPECT_EQ(presences().size(), ++expected) << "the will of an earlier process";
  hear(foreign(NodeState::stopped));
  EXPECT_EQ(presences().size(), ++expected) << "an earlier process that ends";
  client.deliver(own_presence, "");
  EXPECT_EQ(presences().size(), ++expected) << "forgotten while it is up";
  client.deliver(own_presence, "garbage");
  EXPECT_EQ(presences().size(), ++expected);
  EXPECT_EQ(last_presence().state, NodeState::up);
}

TEST_F(NodeTest, IgnoresThePresenceOfOthers)
{
  const auto before = client.published.size();
  client.deliver("muster/1/presence/web2", protocol::encode(foreign(NodeState::up)));
  EXPECT_TRUE(client.pauses.empty());
  EXPECT_EQ(client.published.size(), before);
}

TEST_F(NodeTest, StandsBackFromAnotherNodeWithItsNameAndSaysSo)
{
  testing::internal::CaptureStderr();
  hear(foreign(NodeState::up));
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("two nodes must not have one name"), std::string::npos) << log;
  EXPECT_NE(log.find("somebodyelse"), std::string::npos) << log;
  ASSERT_EQ(client.pauses.size(), 1U);
  EXPECT_GE(client.pauses[0], 10s);
  node.set_health("facts", {"broken"});
  EXPECT_EQ(presences().size(), 1U) << "says nothing while it stands back";
  client.connect();
  ASSERT_EQ(last_presence().health.size(), 2U);
  EXPECT_NE(last_presence().health[1].find("somebodyelse"), std::string::npos);
}

// Mosquitto writes what it keeps to the disk from time to time: what came since is lost when it crashes.
TEST_F(NodeTest, TakesAnOldPresenceOfItsForerunnerThatTheBrokerHasRestoredForNoDouble)
{
  client.fail("the broker has crashed");
  client.connect();
  const auto before = client.published.size();
  hear_retained(foreign(NodeState::up), 1h);
  EXPECT_TRUE(client.pauses.empty());
  EXPECT_EQ(client.published.size(), before);
  node.set_health("facts", {"broken"});
  EXPECT_EQ(last_presence().health, std::vector<std::string>{"broken"}) << "and it goes on as before";
}

TEST_F(NodeTest, StandsBackFromWhoeverTookItsNameWhileItWasAway)
{
  client.fail("connection lost");
  client.connect();
  hear_retained(foreign(NodeState::up));
  EXPECT_EQ(client.pauses.size(), 1U);
}

TEST_F(NodeTest, StandsBackFromALiveDoubleAlsoAfterTheBrokersCrash)
{
  client.fail("the broker has crashed");
  client.connect();
  hear_retained(foreign(NodeState::up), 1h);
  hear(foreign(NodeState::up));
  EXPECT_EQ(client.pauses.size(), 1U);
}

TEST_F(NodeTest, StandsBackAtItsFirstConnectFromWhoBeganLater)
{
  auto later = foreign(NodeState::up);
  later.epoch = last_presence().epoch + 1;
  hear_retained(later, 1h);
  EXPECT_EQ(client.pauses.size(), 1U);
}

TEST_F(NodeTest, SaysThatAnotherProgramTookItsSessionOver)
{
  client.fail("mqtt://x: disconnected by the broker: session taken over: another program");
  client.connect();
  ASSERT_EQ(last_presence().health.size(), 1U);
  EXPECT_NE(last_presence().health[0].find("web1"), std::string::npos);
}

TEST_F(NodeTest, DoesNotPublishAPresenceThatIsRefused)
{
  testing::internal::CaptureStderr();
  client.refuse(own_presence);
  client.refuse(own_presence);
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("muster/1/presence/%u"), std::string::npos) << "says what to allow: " << log;
  node.set_health("facts", {"broken"});
  client.fail("connection lost");
  client.connect();
  node.stop();
  EXPECT_EQ(presences().size(), 1U);
}

TEST_F(NodeTest, AnswersThoughItsPresenceIsRefused)
{
  client.refuse(own_presence);
  receive(request("a1", "echo"));
  EXPECT_EQ(answers().size(), 1U);
}

class RestlessNode : public NodeTest {
protected:
  RestlessNode() : NodeTest{options()} {}

  static node::Node::Options options()
  {
    auto options = named("web1");
    options.announce_every = 1ms;
    return options;
  }

  bool announces_itself(std::size_t times)
  {
    const auto wanted = presences().size() + times;
    return run_until(loop, [&] { return presences().size() >= wanted; });
  }
};

TEST_F(RestlessNode, AnnouncesItselfFromTimeToTime)
{
  EXPECT_TRUE(announces_itself(3));
}

TEST_F(RestlessNode, ForgetsTheOtherNodeWhenItHasNotComeBack)
{
  hear(foreign(NodeState::up));
  client.connect();
  ASSERT_EQ(last_presence().health.size(), 1U);
  ASSERT_TRUE(announces_itself(1));
  EXPECT_TRUE(last_presence().health.empty());
}

TEST_F(RestlessNode, IsSilentWithoutASession)
{
  client.fail("connection lost");
  const auto before = client.published.size();
  loop.restart();
  loop.run_for(20ms);
  client.connect();
  EXPECT_EQ(client.published.size(), before + 1);
}

TEST_F(NodeTest, AnswersWithItsTimes)
{
  auto asked = request("a1", "echo");
  asked.data["word"] = "hello";
  receive(asked);
  const auto all = answers();
  ASSERT_EQ(all.size(), 1U);
  const auto& answer = all[0];
  EXPECT_EQ(answer.id, "a1");
  EXPECT_EQ(answer.node, "web1");
  EXPECT_EQ(answer.outcome, Outcome::done);
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.data.at("word").as_string(), "hello");
  EXPECT_NE(answer.received, protocol::Time{});
  EXPECT_LE(answer.received, answer.started);
  EXPECT_LE(answer.started, answer.finished);
  EXPECT_EQ(answer.now, answer.finished);
  EXPECT_EQ(node.counters().accepted, 1U);
}

TEST_F(NodeTest, AnswersOnlyWhereTheSignedHeaderLeads)
{
  receive(request("a1", "echo"));
  const auto replies = client.published_on("muster/1/reply/+/+/+");
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].topic, "muster/1/reply/alice@ops1/session1/web1");
  EXPECT_EQ(replies[0].qos, mqtt::Qos::at_least_once);
  EXPECT_FALSE(replies[0].retained);
  EXPECT_TRUE(replies[0].expiry);
}

TEST_F(NodeTest, WritesDotsAsUnderscoresWhereTheFleetDoes)
{
  auto options = named("web1.example.com");
  options.topics = protocol::Topics{true};
  NodeOnFake other{options};
  other.node.start();
  other.client.connect();
  EXPECT_EQ(other.client.subscribed.front(), "muster/1/node/web1_example_com");
  other.client.deliver("muster/1/node/web1_example_com", other.alice.seal(other.request("a1", "echo")));
  settle(other.loop);
  ASSERT_EQ(other.answers().size(), 1U);
  EXPECT_EQ(other.answers()[0].node, "web1.example.com");
  EXPECT_EQ(
      other.client.published_on("muster/1/reply/+/+/+")[0].topic,
      "muster/1/reply/alice@ops1/session1/web1_example_com");
}

TEST_F(NodeTest, SaysThatItRunsAndThenGivesTheSameAnswerAgain)
{
  const auto asked = request("a1", "slow");
  receive(asked);
  EXPECT_TRUE(answers().empty());
  receive(asked);
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::running);
  agent.open_the_gate();
  ASSERT_TRUE(run_until(loop, [&] { return answers().size() == 2; }));
  auto again = asked;
  again.session = "session2";
  receive(again);
  const auto replies = client.published_on("muster/1/reply/+/+/+");
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[1].payload, replies[2].payload);
  EXPECT_EQ(replies[2].topic, "muster/1/reply/alice@ops1/session2/web1");
  EXPECT_EQ(agent.runs, 1);
  EXPECT_EQ(node.counters().asked_again, 2U);
}

TEST_F(NodeTest, InTroubleModeSaysNothingOfWhatRan)
{
  auto asked = request("a1", "echo");
  asked.reply = ReplyMode::trouble;
  receive(asked);
  EXPECT_EQ(agent.runs, 1);
  EXPECT_TRUE(answers().empty());
  auto refused = request("a2", "busy");
  refused.reply = ReplyMode::trouble;
  receive(refused);
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::refused);
  auto broken = request("a3", "broken");
  broken.reply = ReplyMode::trouble;
  receive(broken);
  ASSERT_EQ(answers().size(), 2U) << "no result will tell of it";
  EXPECT_EQ(answers()[1].status, 5);
}

TEST_F(NodeTest, RefusesAsBusyWhatAnAgentHasNoRoomFor)
{
  receive(request("a1", "busy"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::refused);
  EXPECT_EQ(answers()[0].reason, Refusal::busy);
  EXPECT_EQ(answers()[0].message, "too much to do");
  receive(request("a1", "busy"));
  EXPECT_EQ(agent.runs, 1) << "one final outcome for one id";
  EXPECT_EQ(answers()[1].reason, Refusal::busy);
}

TEST_F(NodeTest, AnswersForAnAgentThatFails)
{
  receive(request("a1", "broken"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].status, 5);
  EXPECT_NE(answers()[0].message.find("out of luck"), std::string::npos);
}

TEST_F(NodeTest, AnswersAnUnknownActionWithStatusTwo)
{
  receive(request("a1", "nosuch"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].status, 2);
}

TEST_F(NodeTest, RefusesWhatWouldChangeIt)
{
  receive(request("a1", "change"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].reason, Refusal::policy);
  EXPECT_EQ(agent.runs, 0);
}

TEST_F(NodeTest, SaysNotMeAtTheQosThatTheQuestionIsWorth)
{
  auto asked = request("a1", "echo");
  asked.filter.classes = {"mysql"};
  receive(asked);
  asked.to = {Target::Kind::node, "web1"};
  receive(asked);
  asked.to = {Target::Kind::collective, "main"};
  asked.reply = ReplyMode::meant;
  receive(asked);
  const auto replies = client.published_on("muster/1/reply/+/+/+");
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].qos, mqtt::Qos::at_most_once);
  EXPECT_EQ(replies[1].qos, mqtt::Qos::at_least_once);
  EXPECT_EQ(answers()[1].outcome, Outcome::not_meant);
  EXPECT_EQ(answers()[1].id, "a1");
  EXPECT_EQ(node.counters().not_meant, 3U);
}

TEST_F(NodeTest, RefusesTheUnverifiedAtQosZero)
{
  const Operator mallory{"mallory@ops1"};
  client.deliver("muster/1/request/main", mallory.seal(mallory.request("a1", wall_clock_now())));
  const auto replies = client.published_on("muster/1/reply/+/+/+");
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].qos, mqtt::Qos::at_most_once);
  EXPECT_EQ(replies[0].topic, "muster/1/reply/mallory@ops1/session1/web1");
  EXPECT_EQ(answers()[0].reason, Refusal::unknown_key);
}

TEST_F(NodeTest, DropsWithOneLogLineAndOneCountAndNoAnswer)
{
  const auto before = client.published.size();
  testing::internal::CaptureStderr();
  client.deliver("muster/1/request/main", "gar\nbage\x1b[31m\xff\n");
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_EQ(log.find('\x1b'), std::string::npos);
  EXPECT_EQ(node.counters().dropped, 1U);
  EXPECT_EQ(client.published.size(), before);
}

TEST_F(NodeTest, DropsRetainedRequests)
{
  client.deliver("muster/1/request/main", alice.seal(request("a1", "echo")), true);
  settle(loop);
  EXPECT_EQ(agent.runs, 0);
  EXPECT_EQ(node.counters().dropped, 1U);
}

TEST_F(NodeTest, WritesAFloodOfGarbageDownOnlyInPart)
{
  testing::internal::CaptureStderr();
  for (int i = 0; i < 1000; ++i) {
    client.deliver("muster/1/request/main", "garbage");
  }
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(
      static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n')),
      node::LogRation::most_lines_a_minute + 1);
  EXPECT_EQ(node.counters().dropped, 1000U);
}

TEST_F(NodeTest, PublishesCheckResultsWithTheirPosition)
{
  protocol::ResultMessage result;
  result.node = "web1";
  result.epoch = 1700000000;
  result.seq = 7;
  result.now = wall_clock_now();
  result.result.check = "check_load";
  node.publish_result(result);
  const auto messages = client.published_on("muster/1/result/web1");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].qos, mqtt::Qos::at_least_once);
  EXPECT_FALSE(messages[0].retained);
  const auto read = protocol::parse_result(messages[0].payload);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, 1700000000);
  EXPECT_EQ(read->seq, 7);
  node.set_health("facts", {"news"});
  EXPECT_EQ(last_presence().seq, 7);
}

TEST_F(NodeTest, KeepsAnswersForWhenTheBrokerIsBack)
{
  receive(request("a1", "slow"));
  client.fail("connection lost");
  agent.open_the_gate();
  settle(loop);
  EXPECT_TRUE(answers().empty());
  client.connect();
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::done);
}

TEST_F(NodeTest, NeverSendsAnAnswerThatItsReaderRejects)
{
  auto asked = request("a1", std::string(120, 'x'));
  asked.agent = "test";
  receive(asked);
  auto filtered = request("a2", "echo");
  filtered.filter.classes = {"/" + std::string(1000, '(') + "/"};
  receive(filtered);
  auto large = request("a3", "echo");
  large.data["text"] = std::string(62'000, '"');
  receive(large);
  EXPECT_EQ(answers().size(), 3U);
  for (const auto& message : client.published) {
    EXPECT_LE(message.payload.size(), protocol::largest_encoded);
  }
}

}  // namespace
}  // namespace muster::test
