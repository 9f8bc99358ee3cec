// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reconnecting_client.hpp"

#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace muster::mqtt {

using namespace std::chrono_literals;

namespace {

// What the connections of a client were asked for, and the newest of them.
struct Record {
  std::vector<std::string> actions;    // "connect BROKER", "publish TOPIC", …
  ConnectionEvents* events = nullptr;  // of the connection that lives
  std::vector<std::uint64_t> ids;      // of QoS 1, not yet acknowledged
};

Message message_of(const std::string& topic, Qos qos = Qos::at_least_once)
{
  Message message;
  message.topic = topic;
  message.qos = qos;
  return message;
}

class FakeConnection final : public Connection {
public:
  FakeConnection(Record& record, ConnectionEvents& events, const std::string& broker) : record_{record}
  {
    record_.actions.push_back("connect " + broker);
    record_.events = &events;
    record_.ids.clear();
  }

  ~FakeConnection() override
  {
    record_.actions.emplace_back("end");
    record_.events = nullptr;
  }

  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;

  void subscribe(const Subscription& wanted) override
  {
    record_.actions.push_back("subscribe " + wanted.topic_filter);
  }

  void publish(const Message& message, std::uint64_t id) override
  {
    record_.actions.push_back("publish " + message.topic);
    if (message.qos == Qos::at_least_once) {
      record_.ids.push_back(id);
    }
  }

  void drain(std::chrono::milliseconds /*patience*/) override
  {
    record_.actions.emplace_back("drain");
    record_.ids.clear();
  }

  void close() override { record_.actions.emplace_back("close"); }

private:
  Record& record_;
};

class Listener final : public MqttListener {
public:
  void on_connected(const std::string& broker) override
  {
    told.push_back("connected " + broker);
    if (then) {
      then();
    }
  }

  void on_disconnected(const Error& why) override { told.push_back("disconnected " + why.message); }

  void on_refused(const std::string& topic, const Error& /*why*/) override
  {
    told.push_back("refused " + topic);
  }

  void on_message(Message message) override { told.push_back("message " + message.topic); }

  std::vector<std::string> told;
  std::function<void()> then;  // called by on_connected
};

class AnMqttClient : public testing::Test {
protected:
  using Strings = std::vector<std::string>;

  void make(Strings brokers)
  {
    ConnectionOptions options;
    options.brokers = std::move(brokers);
    options.client_id = "id";
    options.connect_timeout = 1h;
    client_ = std::make_unique<ReconnectingClient>(
        loop_.get_executor(),
        options,
        [this](ConnectionEvents& events, const ConnectionOptions& used, const std::string& broker) {
          used_ = used;
          return std::make_unique<FakeConnection>(record_, events, broker);
        },
        [] { return 0.0; });
  }

  void start()
  {
    client_->start(listener_);
    run();
  }

  void open(std::size_t window = 10)
  {
    record_.events->on_open(window);
    run();
  }

  // Runs what is due now; the pauses are zero unless they are a fixed number.
  void run()
  {
    loop_.restart();
    while (loop_.poll() > 0) {
    }
  }

  void publish(const std::string& topic, Qos qos = Qos::at_least_once)
  {
    client_->publish(message_of(topic, qos));
  }

  void acknowledge_oldest()
  {
    const auto id = record_.ids.front();
    record_.ids.erase(record_.ids.begin());
    record_.events->on_acknowledged(id);
  }

  Strings take_actions() { return std::exchange(record_.actions, {}); }

  Strings take_told() { return std::exchange(listener_.told, {}); }

  Record record_;
  Listener listener_;
  ConnectionOptions used_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<ReconnectingClient> client_;
};

const Error broken{ErrorCode::disconnected, "broken"};

}  // namespace

TEST_F(AnMqttClient, CannotBeMadeWithoutABroker)
{
  EXPECT_THROW(make({}), std::invalid_argument);
}

TEST_F(AnMqttClient, TellsWhichBrokerItIsConnectedTo)
{
  make({"one"});
  start();
  EXPECT_EQ(take_actions(), Strings{"connect one"});
  EXPECT_TRUE(take_told().empty());
  open();
  EXPECT_EQ(take_told(), Strings{"connected one"});
}

TEST_F(AnMqttClient, GoesThroughTheListAndTellsEveryFailure)
{
  make({"one", "two"});
  start();
  record_.events->on_closed(broken, false);
  run();
  record_.events->on_closed(broken, false);
  run();
  EXPECT_EQ(take_actions(), (Strings{"connect one", "end", "connect two", "end", "connect one"}));
  EXPECT_EQ(take_told(), (Strings{"disconnected one: broken", "disconnected two: broken"}));
}

TEST_F(AnMqttClient, SendsWhatWaitedBehindTheSubscriptionsOfTheListener)
{
  make({"one"});
  publish("early");
  start();
  publish("connecting");
  listener_.then = [this] {
    publish("fresh");  // a listener that publishes before it subscribes
    client_->subscribe({{"wanted"}});
  };
  take_actions();
  open();
  EXPECT_EQ(
      take_actions(), (Strings{"subscribe wanted", "publish early", "publish connecting", "publish fresh"}));
}

TEST_F(AnMqttClient, KeepsWithinTheWindowOfTheBroker)
{
  make({"one"});
  start();
  open(2);
  take_actions();
  for (const auto* topic : {"a", "b", "c", "d"}) {
    publish(topic);
  }
  EXPECT_EQ(take_actions(), (Strings{"publish a", "publish b"}));
  acknowledge_oldest();
  EXPECT_EQ(take_actions(), (Strings{"publish c"}));
  publish("e");
  EXPECT_TRUE(take_actions().empty());
  acknowledge_oldest();
  acknowledge_oldest();
  EXPECT_EQ(take_actions(), (Strings{"publish d", "publish e"}));
}

TEST_F(AnMqttClient, SendsAgainInOrderWhatWasNotAcknowledgedWhenTheSessionFell)
{
  make({"one"});
  start();
  open(3);
  for (const auto* topic : {"a", "b", "c", "d"}) {
    publish(topic);
  }
  acknowledge_oldest();
  take_actions();
  record_.events->on_closed(broken, false);
  publish("e");
  run();
  open(10);
  EXPECT_EQ(
      take_actions(), (Strings{"end", "connect one", "publish b", "publish c", "publish d", "publish e"}));
  EXPECT_EQ(client_->dropped(), 0U);
}

TEST_F(AnMqttClient, DropsQualityZeroWithoutASessionAndCountsIt)
{
  make({"one"});
  publish("lost", Qos::at_most_once);
  start();
  open(0);  // the window is for QoS 1
  take_actions();
  publish("sent", Qos::at_most_once);
  EXPECT_EQ(take_actions(), Strings{"publish sent"});
  EXPECT_EQ(client_->dropped(), 1U);
}

TEST_F(AnMqttClient, CountsWhatTheOutboxDropped)
{
  make({"one"});
  for (std::size_t number = 0; number < Outbox::without_session.messages + 5; ++number) {
    publish("a");
  }
  EXPECT_EQ(client_->dropped(), 5U);
}

TEST_F(AnMqttClient, StaysAwayWhenAnotherTookItsPlace)
{
  make({"one"});
  start();
  open();
  take_actions();
  record_.events->on_closed(broken, true);
  run();
  EXPECT_EQ(take_actions(), Strings{"end"});  // and no connect, though the random pause is zero
  EXPECT_EQ(take_told().back(), "disconnected one: broken");
}

TEST_F(AnMqttClient, SuspectsATwinAfterShortSessionsInARow)
{
  make({"one"});
  start();
  for (int session = 1; session <= ReconnectingClient::suspicious_short_sessions; ++session) {
    open();
    take_told();
    record_.events->on_closed(broken, false);
    const bool suspicious = session == ReconnectingClient::suspicious_short_sessions;
    EXPECT_EQ(take_told()[0].find("client id id") != std::string::npos, suspicious) << session;
    run();
  }
}

TEST_F(AnMqttClient, TakesTheNewestWillToTheNextConnection)
{
  make({"one"});
  client_->set_will(Will{message_of("first"), 0s});
  start();
  open();
  ASSERT_TRUE(used_.will);
  EXPECT_EQ(used_.will->message.topic, "first");
  client_->set_will(Will{message_of("second"), 0s});
  EXPECT_EQ(used_.will->message.topic, "first");
  client_->reconnect_after(0ms);
  run();
  EXPECT_EQ(used_.will->message.topic, "second");
}

TEST_F(AnMqttClient, ComesBackAfterThePauseThatItWasAskedFor)
{
  make({"one"});
  start();
  open();
  take_actions();
  take_told();
  client_->reconnect_after(1h);
  run();
  EXPECT_EQ(take_actions(), Strings{"end"});
  client_->reconnect_after(0ms);
  run();
  EXPECT_EQ(take_actions(), Strings{"connect one"});
  EXPECT_TRUE(take_told().empty());
}

TEST_F(AnMqttClient, DoesNotReconnectBeforeItWasStartedNorAfterItWasClosed)
{
  make({"one"});
  client_->reconnect_after(0ms);
  run();
  EXPECT_TRUE(take_actions().empty());
  start();
  open();
  client_->close(1s);
  take_actions();
  client_->reconnect_after(0ms);
  run();
  EXPECT_TRUE(take_actions().empty());
}

TEST_F(AnMqttClient, SendsEverythingBeforeItSaysGoodbye)
{
  make({"one"});
  start();
  open(2);
  for (const auto* topic : {"a", "b", "c", "d", "e"}) {
    publish(topic);
  }
  take_actions();
  client_->close(1h);
  EXPECT_EQ(
      take_actions(), (Strings{"drain", "publish c", "publish d", "drain", "publish e", "drain", "close"}));
}

TEST_F(AnMqttClient, SaysGoodbyeWithoutPatienceToo)
{
  make({"one"});
  start();
  open(1);
  publish("a");
  publish("b");
  take_actions();
  client_->close(0ms);
  EXPECT_EQ(take_actions(), Strings{"close"});
}

TEST_F(AnMqttClient, TellsNothingAfterItWasClosed)
{
  make({"one"});
  start();
  open();
  client_->close(0ms);
  take_told();
  record_.events->on_message(message_of("late"));
  record_.events->on_refused("late", broken);
  EXPECT_TRUE(take_told().empty());
}

TEST_F(AnMqttClient, StaysClosedWhateverStillHappens)
{
  make({"one"});
  start();
  publish("a");
  take_actions();
  client_->close(1s);
  record_.events->on_open(10);
  record_.events->on_acknowledged(1);
  record_.events->on_closed(broken, false);
  run();
  EXPECT_TRUE(take_actions().empty());
  EXPECT_TRUE(take_told().empty());
}

TEST_F(AnMqttClient, PassesOnMessagesAndRefusals)
{
  make({"one"});
  start();
  open();
  take_told();
  record_.events->on_message(message_of("a"));
  record_.events->on_refused("b", broken);
  EXPECT_EQ(take_told(), (Strings{"message a", "refused b"}));
}

TEST_F(AnMqttClient, MayBeClosedByItsListenerInEveryCall)
{
  make({"one"});
  start();
  listener_.then = [this] { client_->close(0ms); };
  publish("a");
  take_actions();
  open();
  EXPECT_EQ(take_actions(), Strings{"close"});
}

TEST_F(AnMqttClient, MayBeDestroyedWhileATimerHasGoneOff)
{
  make({"one"});
  client_->start(listener_);
  client_.reset();
  run();
  EXPECT_TRUE(take_actions().empty());
}

}  // namespace muster::mqtt
