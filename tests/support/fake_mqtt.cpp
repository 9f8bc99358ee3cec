// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_mqtt.hpp"

#include <boost/asio/post.hpp>

namespace muster::test {

namespace {

std::string next_level(std::string& topic)
{
  const auto end = std::min(topic.find('/'), topic.size());
  std::string level = topic.substr(0, end);
  topic.erase(0, std::min(end + 1, topic.size()));
  return level;
}

mqtt::Message message_of(const std::string& topic, const std::string& payload, bool retained)
{
  mqtt::Message message;
  message.topic = topic;
  message.payload = payload;
  message.retained = retained;
  return message;
}

}  // namespace

bool covers(const std::string& filter, const std::string& topic)
{
  if (std::count(filter.begin(), filter.end(), '/') != std::count(topic.begin(), topic.end(), '/')) {
    return false;
  }
  std::string filters = filter;
  std::string levels = topic;
  while (!filters.empty() || !levels.empty()) {
    const auto wanted = next_level(filters);
    const auto level = next_level(levels);
    if (wanted != "+" && wanted != level) {
      return false;
    }
  }
  return true;
}

void FakeMqttClient::start(mqtt::MqttListener& its_listener)
{
  listener = &its_listener;
  if (on_start) {
    on_start();
  }
}

void FakeMqttClient::subscribe(std::vector<mqtt::Subscription> subscriptions)
{
  if (!connected) {
    return;
  }
  for (const auto& wanted : subscriptions) {
    subscribed.push_back(wanted.topic_filter);
    order.push_back("subscribe " + wanted.topic_filter);
    if (on_subscribe) {
      on_subscribe(wanted.topic_filter);
    }
  }
}

void FakeMqttClient::publish(mqtt::Message message)
{
  if (published.size() >= room) {
    ++lost_;
    return;
  }
  if (!connected) {
    if (message.qos == mqtt::Qos::at_least_once) {
      outbox_.push_back(std::move(message));
    }
    return;
  }
  order.push_back("publish " + message.topic);
  published.push_back(message);
  if (on_publish) {
    on_publish(message);
  }
}

void FakeMqttClient::reconnect_after(std::chrono::milliseconds pause)
{
  connected = false;
  subscribed.clear();
  pauses.push_back(pause);
}

void FakeMqttClient::close(std::chrono::milliseconds /*patience*/)
{
  connected = false;
  closed = true;
  subscribed.clear();
}

void FakeMqttClient::connect()
{
  connected = true;
  will_of_this_session = will;
  listener->on_connected("mqtt://fake:1883");
  while (connected && !outbox_.empty()) {
    auto message = std::move(outbox_.front());
    outbox_.pop_front();
    publish(std::move(message));
  }
}

void FakeMqttClient::fail(const std::string& why, ErrorCode code)
{
  connected = false;
  subscribed.clear();
  listener->on_disconnected(Error{code, why});
}

void FakeMqttClient::refuse(const std::string& topic)
{
  listener->on_refused(topic, Error{ErrorCode::denied, topic + ": not authorized"});
}

void FakeMqttClient::deliver(mqtt::Message message)
{
  if (!closed) {
    listener->on_message(std::move(message));
  }
}

void FakeMqttClient::deliver(const std::string& topic, const std::string& payload, bool retained)
{
  deliver(message_of(topic, payload, retained));
}

std::vector<mqtt::Message> FakeMqttClient::published_on(const std::string& filter) const
{
  std::vector<mqtt::Message> found;
  std::copy_if(published.begin(), published.end(), std::back_inserter(found), [&](const auto& message) {
    return covers(filter, message.topic);
  });
  return found;
}

void FakeBroker::post(std::function<void()> work)
{
  boost::asio::post(executor_, std::move(work));
}

std::unique_ptr<FakeMqttClient> FakeBroker::make_client()
{
  auto made = std::make_unique<FakeMqttClient>();
  auto* client = made.get();
  clients_.push_back(client);
  client->on_start = [this, client] { post([this, client] { try_to_connect(*client); }); };
  client->on_subscribe = [this, client](const std::string& filter) { subscribe(*client, filter); };
  client->on_publish = [this, client](const mqtt::Message& message) {
    if (denied.contains(message.topic)) {
      post([client, topic = message.topic] { client->refuse(topic); });
    } else {
      publish(message);
    }
  };
  return made;
}

void FakeBroker::try_to_connect(FakeMqttClient& client)
{
  if (up_) {
    client.connect();
  } else {
    client.fail("mqtt://fake:1883: connect: refused");
  }
}

void FakeBroker::subscribe(FakeMqttClient& client, const std::string& filter)
{
  if (denied.contains(filter)) {
    std::erase(client.subscribed, filter);
    post([&client, filter] { client.refuse(filter); });
    return;
  }
  for (const auto& [topic, message] : retained_) {
    if (hands_out_retained && covers(filter, topic)) {
      post([&client, kept = message] { client.deliver(kept); });
    }
  }
}

void FakeBroker::publish(const mqtt::Message& message)
{
  if (!up_ || (passes && !passes(message))) {
    return;
  }
  if (message.retained && message.payload.empty()) {
    retained_.erase(message.topic);
  } else if (message.retained) {
    retained_[message.topic] = message;
  }
  mqtt::Message live = message;
  live.retained = false;
  for (auto* client : clients_) {
    const auto hears = [&live](const std::string& filter) { return covers(filter, live.topic); };
    if (std::any_of(client->subscribed.begin(), client->subscribed.end(), hears)) {
      post([client, live] {
        if (client->connected) {
          client->deliver(live);
        }
      });
    }
  }
}

void FakeBroker::publish(const std::string& topic, const std::string& payload, bool retained)
{
  publish(message_of(topic, payload, retained));
}

void FakeBroker::go_down()
{
  up_ = false;
  for (auto* client : clients_) {
    if (client->connected) {
      client->fail("mqtt://fake:1883: connection lost");
    }
  }
}

void FakeBroker::come_back()
{
  up_ = true;
  for (auto* client : clients_) {
    if (client->listener != nullptr && !client->closed && !client->connected) {
      client->connect();
    }
  }
}

void FakeBroker::kill(FakeMqttClient& client)
{
  const auto will = client.will_of_this_session;
  client.connected = false;
  client.subscribed.clear();
  std::erase(clients_, &client);
  if (will) {
    publish(will->message);
  }
}

}  // namespace muster::test
