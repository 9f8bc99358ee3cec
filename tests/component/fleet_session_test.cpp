// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/fleet_session.hpp"

#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using fleet::Fate;
using fleet::FleetReport;
using fleet::FleetSession;
using fleet::Question;
using protocol::Topics;

// One real node with its agent, on the fake broker.
struct Member {
  Member(boost::asio::io_context& loop, FakeBroker& broker, const std::string& name, const Operator& alice)
      : client{broker.make_client()}, agent{loop}
  {
    agent.add_to(agents);
    add_plain_rpcutil(agents);
    node = std::make_unique<node::Node>(loop.get_executor(), *client, NodeOnFake::named(name), agents);
    node->trust(alice.trusted());
    node->start();
  }

  std::unique_ptr<FakeMqttClient> client;
  TestAgent agent;
  node::Agents agents;
  std::unique_ptr<node::Node> node;
};

// A broker, nodes and an operator, all on one loop.
class FleetSessionTest : public testing::Test {
protected:
  Member& add(const std::string& name)
  {
    members_.push_back(std::make_unique<Member>(loop_, broker_, name, alice_));
    settle(loop_);
    return *members_.back();
  }

  static Question question(const std::string& action = "echo")
  {
    Question question;
    question.agent = "test";
    question.action = action;
    question.wait = 400ms;  // whoever is lost takes this and two seconds more
    return question;
  }

  FleetSession& ask(Question question)
  {
    auto filter = CompiledFilter::compile(question.filter);
    FleetSession::Events events;
    events.over = [this](Expected<FleetReport> report) {
      ++overs_;
      report_ = std::move(report);
    };
    events.progress = [this](const fleet::FleetRequest&) { ++progresses_; };
    session_ = std::make_unique<FleetSession>(
        loop_.get_executor(),
        *client_,
        brokers_,
        FleetSession::Identity{alice_.key(), Topics{}, "session1"},
        std::move(events));
    session_->ask(std::move(question), std::move(*filter));
    return *session_;
  }

  bool is_over()
  {
    return run_until(loop_, [this] { return overs_ > 0; });
  }

  // The report, once the request is over.
  FleetReport report()
  {
    EXPECT_TRUE(is_over());
    EXPECT_TRUE(report_) << report_.error().message;
    return report_.value_or(FleetReport{});
  }

  // What has come so far, without waiting for the deadline.
  FleetReport report_now()
  {
    settle(loop_);
    session_->interrupt();
    return report();
  }

  [[nodiscard]] static std::map<std::string, Fate> fates(const FleetReport& report)
  {
    std::map<std::string, Fate> fates;
    for (const auto& node : report.nodes) {
      fates[node.name] = node.fate;
    }
    return fates;
  }

  // An answer to the request under way, as `name` would publish it, unless `topic_name` says who did.
  void answer_as(const std::string& name, const std::string& topic_name, std::string id = {})
  {
    protocol::Answer answer;
    answer.id = id.empty() ? request_id() : std::move(id);
    answer.node = name;
    answer.now = wall_clock_now();
    broker_.publish("muster/1/reply/alice@ops1/session1/" + topic_name, protocol::encode(answer));
  }

  static std::string presence_of(const std::string& name)
  {
    protocol::Presence presence;
    presence.name = name;
    presence.instance = "abc";
    presence.collectives = {"main"};
    return protocol::encode(presence);
  }

  // The id of the first request that went out.
  [[nodiscard]] std::string request_id() const
  {
    const auto sent = client_->published_on("muster/1/+/+");
    return sent.empty() ? "" : protocol::open_header(sent.front().payload)->id;
  }

  boost::asio::io_context loop_{1};
  FakeBroker broker_{loop_.get_executor()};
  Operator alice_;
  std::vector<std::unique_ptr<Member>> members_;
  std::unique_ptr<FakeMqttClient> client_ = broker_.make_client();
  std::unique_ptr<FleetSession> session_;
  std::size_t brokers_ = 1;
  Expected<FleetReport> report_;
  int overs_ = 0;
  int progresses_ = 0;
};

TEST_F(FleetSessionTest, HearsEveryNodeOfTheFleet)
{
  for (const std::string name : {"web1", "web2", "db1"}) {
    add(name);
  }
  auto asked = question();
  asked.data["word"] = "hello";
  ask(asked);
  const auto all = report();
  EXPECT_EQ(
      fates(all),
      (std::map<std::string, Fate>{{"db1", Fate::done}, {"web1", Fate::done}, {"web2", Fate::done}}));
  EXPECT_EQ(all.nodes[0].answer->data.at("word").as_string(), "hello");
  EXPECT_TRUE(all.roll_call_complete);
  EXPECT_FALSE(all.request_id.empty());
  EXPECT_TRUE(all.broker_lost.empty());
  EXPECT_EQ(all.rejected, 0U);
  EXPECT_EQ(all.duplicates, 0U);
  EXPECT_GT(progresses_, 0);
  EXPECT_EQ(overs_, 1);
}

TEST_F(FleetSessionTest, SubscribesThenAsksThenSendsItsMarker)
{
  ask(question());
  ASSERT_TRUE(is_over());
  EXPECT_EQ(
      client_->order,
      (std::vector<std::string>{
          "subscribe muster/1/reply/alice@ops1/session1/+",
          "subscribe muster/1/presence/+",
          "publish muster/1/request/main",
          "publish muster/1/reply/alice@ops1/session1/alice@ops1"}));
  for (const auto& message : client_->published) {
    EXPECT_FALSE(message.retained);
    EXPECT_TRUE(message.expiry);
  }
}

TEST_F(FleetSessionTest, KnowsThatTheFleetIsEmpty)
{
  ask(question());
  const auto all = report();
  EXPECT_TRUE(all.nodes.empty());
  EXPECT_FALSE(all.roll_call_complete) << "no presence at all: it cannot be told from RabbitMQ";
}

TEST_F(FleetSessionTest, AsksNamedNodesDirectlyAndLooksOnlyAtTheirPresence)
{
  add("web1");
  add("web2");
  auto asked = question();
  asked.nodes = {"web2"};
  ask(asked);
  EXPECT_EQ(fates(report()), (std::map<std::string, Fate>{{"web2", Fate::done}}));
  EXPECT_EQ(members_[0]->agent.runs, 0);
  EXPECT_EQ(client_->order[1], "subscribe muster/1/presence/web2");
  EXPECT_EQ(client_->published_on("muster/1/request/+").size(), 0U);
  EXPECT_EQ(client_->published_on("muster/1/node/web2").size(), 1U);
}

TEST_F(FleetSessionTest, LooksAtThePresenceOfAllWhenItNamesMany)
{
  auto asked = question();
  for (int i = 0; i < 9; ++i) {
    asked.nodes.push_back("web" + std::to_string(i));
    add(asked.nodes.back());
  }
  ask(asked);
  EXPECT_EQ(report().account.done, 9U);
  EXPECT_EQ(client_->order[1], "subscribe muster/1/presence/+");
}

TEST_F(FleetSessionTest, ListsWhoIsGoneSinceWhen)
{
  add("web1");
  auto& db1 = add("db1");
  broker_.kill(*db1.client);
  auto& db2 = add("db2");
  db2.node->stop();
  mqtt::Message retained;
  retained.topic = "muster/1/presence/old1";
  retained.payload = presence_of("old1");
  retained.retained = true;
  retained.expiry = std::chrono::seconds{protocol::presence_expiry} - 1h;
  broker_.publish(retained);
  settle(loop_);
  ask(question());
  const auto all = report();
  EXPECT_EQ(
      fates(all),
      (std::map<std::string, Fate>{
          {"db1", Fate::gone}, {"db2", Fate::gone}, {"old1", Fate::gone}, {"web1", Fate::done}}));
  ASSERT_TRUE(all.nodes[2].last_seen);
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::hours>(*all.nodes[2].last_seen), 1h);
}

TEST_F(FleetSessionTest, AsksAgainWhoeverIsSilentAndHearsThatItRuns)
{
  add("web1");
  ask(question("slow"));
  const auto all = report();
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::late}}));
  EXPECT_EQ(client_->published_on("muster/1/node/web1").size(), 1U);
  EXPECT_EQ(members_[0]->agent.runs, 1);
}

TEST_F(FleetSessionTest, RecoversAnAnswerThatWasLostOnTheWay)
{
  add("web1");
  int answers = 0;
  broker_.passes = [&answers](const mqtt::Message& message) {
    return !covers("muster/1/reply/+/+/web1", message.topic) || ++answers > 1;
  };
  ask(question());
  EXPECT_EQ(fates(report()), (std::map<std::string, Fate>{{"web1", Fate::done}}));
  EXPECT_EQ(members_[0]->agent.runs, 1);
}

TEST_F(FleetSessionTest, RecoversARequestThatWasLostOnTheWay)
{
  add("web1");
  broker_.passes = [](const mqtt::Message& message) { return message.topic != "muster/1/request/main"; };
  ask(question());
  EXPECT_EQ(fates(report()), (std::map<std::string, Fate>{{"web1", Fate::done}}));
}

TEST_F(FleetSessionTest, IgnoresWhatItDidNotSubscribeTo)
{
  add("web1");
  ask(question("slow"));
  settle(loop_);
  for (const std::string topic :
       {"muster/1/result/web1",
        "muster/1/reply",
        "other/topic",
        "",
        "/",
        "muster/1/",
        "muster/1/request/main"}) {
    client_->deliver(topic, "garbage");
  }
  const auto all = report_now();
  EXPECT_EQ(all.rejected, 0U);
  EXPECT_EQ(all.nodes.size(), 1U);
}

TEST_F(FleetSessionTest, RejectsWhoSpeaksAsAnotherNode)
{
  add("web1");
  ask(question("slow"));
  settle(loop_);
  answer_as("web1", "web2");
  broker_.publish("muster/1/presence/web3", presence_of("web1"));
  const auto all = report_now();
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::lost}}));
  EXPECT_EQ(all.rejected, 2U);
  ASSERT_EQ(all.rejections.size(), 2U);
  EXPECT_NE(all.rejections[0].find("web2"), std::string::npos);
  EXPECT_NE(all.rejections[0].find("web1"), std::string::npos);
}

TEST_F(FleetSessionTest, RejectsNamesThatNoNodeCanHave)
{
  add("web1");
  ask(question("slow"));
  settle(loop_);
  for (const std::string name : {"Web1", "\x1b[2J", "a b", ".", "bob@ops1"}) {
    answer_as(name, name);
  }
  broker_.publish("muster/1/presence/\x1b[2J", presence_of("\x1b[2J"));
  const auto all = report_now();
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::lost}}));
  EXPECT_EQ(all.rejected, 6U);
}

TEST_F(FleetSessionTest, LeavesServicesOutOfTheFleet)
{
  add("web1");
  broker_.publish("muster/1/presence/collector@mon1", presence_of("collector@mon1"), true);
  ask(question());
  const auto all = report();
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::done}}));
  EXPECT_EQ(all.rejected, 0U);
}

TEST_F(FleetSessionTest, RejectsAnswersToOtherRequestsAndGarbage)
{
  add("web1");
  ask(question("slow"));
  settle(loop_);
  answer_as("web1", "web1", "another");
  broker_.publish("muster/1/reply/alice@ops1/session1/web1", "{\"id\":");
  broker_.publish("muster/1/presence/web1", "\xff\xff");
  const auto all = report_now();
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::lost}}));
  EXPECT_EQ(all.rejected, 3U);
}

TEST_F(FleetSessionTest, DoesNotTakeAForeignMarkerForItsOwn)
{
  add("web1");
  broker_.passes = [](const mqtt::Message& message) { return !message.payload.starts_with("marker "); };
  ask(question());
  settle(loop_);
  client_->deliver("muster/1/reply/alice@ops1/session1/alice@ops1", "marker of something else");
  const auto all = report();
  EXPECT_FALSE(all.roll_call_complete);
  EXPECT_EQ(all.account.done, 1U);
}

TEST_F(FleetSessionTest, CountsASecondAnswerButDoesNotBelieveIt)
{
  add("web1");
  add("web2");
  auto asked = question("slow");
  ask(asked);
  settle(loop_);
  members_[0]->agent.open_the_gate();
  settle(loop_);
  answer_as("web1", "web1");
  EXPECT_EQ(report_now().duplicates, 1U);
}

TEST_F(FleetSessionTest, SaysWhenNoBrokerIsThere)
{
  broker_.go_down();
  ask(question());
  ASSERT_TRUE(is_over());
  ASSERT_FALSE(report_);
  EXPECT_EQ(report_.error().code, ErrorCode::disconnected);
  client_->fail("mqtt://fake:1883: connect: refused");
  settle(loop_);
  EXPECT_EQ(overs_, 1);
}

TEST_F(FleetSessionTest, TriesEveryBrokerBeforeItGivesUp)
{
  broker_.go_down();
  brokers_ = 2;
  ask(question());
  settle(loop_);
  EXPECT_EQ(overs_, 0);
  client_->fail("mqtt://second:1883: no route to host");
  ASSERT_EQ(overs_, 1);
  EXPECT_NE(report_.error().message.find("connect: refused"), std::string::npos);
  EXPECT_NE(report_.error().message.find("no route to host"), std::string::npos);
}

TEST_F(FleetSessionTest, GoesOnWhenTheBrokerComesBack)
{
  add("web1");
  add("web2");
  ask(question("slow"));
  settle(loop_);
  broker_.go_down();
  members_[0]->agent.open_the_gate();
  members_[1]->agent.open_the_gate();
  settle(loop_);
  broker_.come_back();
  const auto all = report();
  EXPECT_EQ(all.account.done, 2U);
  EXPECT_EQ(members_[0]->agent.runs, 1);
  EXPECT_TRUE(all.broker_lost.empty());
}

TEST_F(FleetSessionTest, AsksEverybodyAgainWhenTheBrokerFellBeforeTheRollCallWasThrough)
{
  add("web1");
  broker_.passes = [](const mqtt::Message& message) {
    return !message.topic.starts_with("muster/1/request") && !message.payload.starts_with("marker ");
  };
  ask(question());
  settle(loop_);
  broker_.go_down();
  broker_.passes = nullptr;
  broker_.come_back();
  EXPECT_EQ(fates(report()), (std::map<std::string, Fate>{{"web1", Fate::done}}));
}

TEST_F(FleetSessionTest, TellsThatTheBrokerDidNotComeBack)
{
  add("web1");
  ask(question("slow"));
  settle(loop_);
  broker_.go_down();
  const auto all = report();
  EXPECT_NE(all.broker_lost.find("connection lost"), std::string::npos);
  EXPECT_FALSE(all.interrupted);
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::lost}}));
}

class FleetSessionDenied : public FleetSessionTest, public testing::WithParamInterface<std::string> {};

TEST_P(FleetSessionDenied, SaysWhatItMayNotDo)
{
  broker_.denied = {GetParam()};
  ask(question());
  ASSERT_TRUE(is_over());
  ASSERT_FALSE(report_);
  EXPECT_EQ(report_.error().code, ErrorCode::denied);
  EXPECT_NE(report_.error().message.find(GetParam()), std::string::npos);
  EXPECT_NE(report_.error().message.find("alice@ops1"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Topics,
    FleetSessionDenied,
    testing::Values("muster/1/reply/alice@ops1/session1/+", "muster/1/request/main"));

TEST_F(FleetSessionTest, GoesOnWithoutTheRightToCallTheRoll)
{
  broker_.denied = {"muster/1/presence/+"};
  add("web1");
  ask(question());
  const auto all = report();
  EXPECT_FALSE(all.roll_call_complete);
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::done}}));
}

TEST_F(FleetSessionTest, CollectsUntilQuietWhereTheBrokerKeepsNoPresence)
{
  add("web1");
  add("web2");
  broker_.hands_out_retained = false;
  ask(question());
  const auto all = report();
  EXPECT_FALSE(all.roll_call_complete);
  EXPECT_EQ(all.account.done, 2U);
}

TEST_F(FleetSessionTest, ReportsWhatHasComeWhenItIsInterrupted)
{
  add("web1");
  add("web2");
  auto& session = ask(question("slow"));
  settle(loop_);
  members_[0]->agent.open_the_gate();
  settle(loop_);
  session.interrupt();
  session.interrupt();
  const auto all = report();
  EXPECT_TRUE(all.interrupted);
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::done}, {"web2", Fate::lost}}));
  EXPECT_EQ(overs_, 1);
}

TEST_F(FleetSessionTest, ReportsWhatHasComeWhenTimeIsOut)
{
  add("web1");
  add("web2");
  auto& session = ask(question("slow"));
  settle(loop_);
  members_[0]->agent.open_the_gate();
  settle(loop_);
  session.run_out_of_time();
  session.run_out_of_time();
  const auto all = report();
  EXPECT_FALSE(all.interrupted);
  EXPECT_EQ(fates(all), (std::map<std::string, Fate>{{"web1", Fate::done}, {"web2", Fate::lost}}));
  EXPECT_EQ(overs_, 1);
}

TEST_F(FleetSessionTest, FailsWithWhatTheBrokersSaidWhenTimeIsOutBeforeOneAnswers)
{
  brokers_ = 2;
  auto& session = ask(question());
  client_->listener->on_disconnected(Error{ErrorCode::disconnected, "mqtts://mon1: refused"});
  session.run_out_of_time();
  ASSERT_EQ(overs_, 1);
  ASSERT_FALSE(report_);
  EXPECT_EQ(report_.error().code, ErrorCode::timed_out);
  EXPECT_EQ(report_.error().message, "no broker has answered in time: mqtts://mon1: refused");
}

TEST_F(FleetSessionTest, CanBeInterruptedBeforeTheBrokerAnswers)
{
  auto& session = ask(question());
  session.interrupt();
  ASSERT_EQ(overs_, 1);
  ASSERT_TRUE(report_);
  EXPECT_TRUE(report_->interrupted);
  settle(loop_);
  EXPECT_EQ(overs_, 1);
  EXPECT_TRUE(client_->published.empty()) << "nothing is asked after that";
}

TEST_F(FleetSessionTest, SendsNoRequestThatIsTooLargeForABrokerAndSaysSo)
{
  add("web1");
  auto asked = question();
  asked.data["args"] = std::string(protocol::largest_encoded, 'x');
  ask(asked);
  ASSERT_TRUE(is_over());
  ASSERT_FALSE(report_);
  EXPECT_EQ(report_.error().code, ErrorCode::invalid_input);
  EXPECT_NE(report_.error().message.find("122880 is the limit"), std::string::npos)
      << report_.error().message;
  EXPECT_EQ(overs_, 1);
  EXPECT_TRUE(client_->published.empty());
}

TEST_F(FleetSessionTest, DoesNotCallNodesSilentThatItHasNotAsked)
{
  client_->room = 2;
  auto asked = question();
  asked.nodes = {"web1", "web2", "web3"};
  ask(asked);
  ASSERT_TRUE(is_over());
  ASSERT_FALSE(report_);
  EXPECT_NE(report_.error().message.find("ask fewer nodes"), std::string::npos) << report_.error().message;
}

TEST_F(FleetSessionTest, CallsTheRollWithoutAskingAnybody)
{
  add("web1");
  auto asked = question();
  asked.roll_call_only = true;
  ask(asked);
  const auto all = report();
  ASSERT_EQ(all.nodes.size(), 1U);
  EXPECT_EQ(all.nodes[0].presence->state, protocol::NodeState::up);
  EXPECT_TRUE(client_->published_on("muster/1/request/+").empty());
}

TEST_F(FleetSessionTest, DoesNotWaitForNodesThatThePresenceRulesOut)
{
  add("web1");
  add("web2");
  auto asked = question();
  asked.filter.identities = {"/2$/"};
  ask(asked);
  const auto all = report();
  EXPECT_EQ(all.account.done, 1U);
  EXPECT_EQ(members_[0]->agent.runs, 0);
}

}  // namespace
}  // namespace muster::test
