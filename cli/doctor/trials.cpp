// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/trials.hpp"

#include <utility>

#include "libmuster/protocol/json.hpp"

namespace muster::cli::doctor {

using std::chrono::steady_clock;

namespace {

// No JSON: every reader rejects it.
constexpr const char* harmless = "mco doctor was here";

// Nothing that is left over stays: a broker forgets it by itself.
constexpr std::chrono::seconds soon_forgotten{60};

mqtt::Message message_to(std::string topic, std::string payload = harmless)
{
  mqtt::Message message;
  message.topic = std::move(topic);
  message.payload = std::move(payload);
  message.expiry = soon_forgotten;
  return message;
}

}  // namespace

RollCallTrial::RollCallTrial(mqtt::MqttClient& client, Speaker speaker, BrokerFacts& facts, Over over)
    : client_{client}, speaker_{std::move(speaker)}, facts_{facts}, over_{std::move(over)}
{}

void RollCallTrial::on_connected(const std::string& /*broker*/)
{
  facts_.connected = true;
  facts_.limits = client_.limits();
  client_.subscribe(
      {{speaker_.topics.replies_to(speaker_.caller, speaker_.session)}, {speaker_.topics.every_presence()}});
  send_to_ourselves(harmless);  // behind every retained presence
}

void RollCallTrial::on_disconnected(const Error& why)
{
  facts_.no_session = why;
  over_();
}

void RollCallTrial::on_refused(const std::string& topic, const Error& why)
{
  facts_.refused.insert_or_assign(topic, why.message);
  if (topic != speaker_.topics.every_presence()) {
    over_();  // nothing will come back
  }
}

void RollCallTrial::on_message(mqtt::Message message)
{
  if (message.topic == speaker_.to_ourselves()) {
    on_our_own(message);
    return;
  }
  const auto presence = protocol::parse_presence(message.payload);
  if (presence && speaker_.topics.parse(message.topic)) {
    facts_.presences.insert_or_assign(
        presence->name, SeenPresence{*presence, protocol::presence_age(message.expiry)});
  }
}

void RollCallTrial::on_our_own(const mqtt::Message& message)
{
  if (message.payload.size() == protocol::largest_encoded) {
    facts_.largest_came_back = true;
    over_();
    return;
  }
  const auto took = steady_clock::now() - sent_at_;
  if (std::exchange(roll_call_done_, true)) {  // the first one had to wait for the presences
    facts_.round_trips.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took));
  }
  if (facts_.round_trips.size() < round_trips) {
    send_to_ourselves(harmless);
  } else {
    send_the_largest();
  }
}

void RollCallTrial::send_to_ourselves(std::string payload)
{
  sent_at_ = steady_clock::now();
  client_.publish(message_to(speaker_.to_ourselves(), std::move(payload)));
}

void RollCallTrial::send_the_largest()
{
  constexpr std::size_t room_for_headers = 1024;
  const auto most = facts_.limits.maximum_packet_size;
  if (most && *most < protocol::largest_encoded + room_for_headers) {
    over_();  // a broker hangs up on whoever sends more than it has said
    return;
  }
  send_to_ourselves(std::string(protocol::largest_encoded, '.'));
}

std::string trespass_topic(Trespass::Kind kind, const Speaker& speaker)
{
  switch (kind) {
  case Trespass::Kind::forged_answer:
    return speaker.topics.reply(speaker.caller, speaker.session, speaker.stranger);
  case Trespass::Kind::forged_presence:
    return speaker.topics.presence(speaker.stranger);
  case Trespass::Kind::forged_result:
    return speaker.topics.result(speaker.stranger);
  case Trespass::Kind::overheard_requests:
    return speaker.topics.request_to_node(speaker.stranger);
  case Trespass::Kind::overheard_results:
    return speaker.topics.result(speaker.caller);  // where we may speak, as everybody may under its own name
  case Trespass::Kind::overheard:
    break;
  }
  // Our name at the end, so that we may speak; the stranger's before, so that we must not hear.
  return speaker.topics.reply(speaker.stranger, speaker.session, speaker.caller);
}

TrespassTrial::TrespassTrial(mqtt::MqttClient& client, Speaker speaker, Trespass& trespass, Over over)
    : client_{client}, speaker_{std::move(speaker)}, trespass_{trespass}, over_{std::move(over)}
{
  trespass_.topic = trespass_topic(trespass_.kind, speaker_);
}

// With a wildcard, so that a refused subscription is told from a refused publish.
std::string TrespassTrial::listens_to() const
{
  switch (trespass_.kind) {
  case Trespass::Kind::forged_answer:
    break;
  case Trespass::Kind::forged_presence:
    return speaker_.topics.every_presence();
  case Trespass::Kind::forged_result:
  case Trespass::Kind::overheard_results:
    return speaker_.topics.result("+");
  case Trespass::Kind::overheard_requests:
    return speaker_.topics.request_to_node("+");
  case Trespass::Kind::overheard:
    return speaker_.topics.replies_to(speaker_.stranger, "+");
  }
  return speaker_.topics.replies_to(speaker_.caller, speaker_.session);
}

void TrespassTrial::on_connected(const std::string& /*broker*/)
{
  if (std::exchange(connected_, true)) {
    return;
  }
  client_.subscribe({{speaker_.topics.replies_to(speaker_.caller, speaker_.session)}, {listens_to()}});
  client_.publish(message_to(trespass_.topic));
  send_marker();
}

void TrespassTrial::send_marker()
{
  ++markers_;
  client_.publish(message_to(speaker_.to_ourselves()));
}

void TrespassTrial::on_disconnected(const Error& /*why*/)
{
  end(connected_ ? Trespass::Outcome::refused : Trespass::Outcome::untold);
}

void TrespassTrial::on_refused(const std::string& topic, const Error& /*why*/)
{
  const bool may_not_listen = topic == listens_to() && is_about_hearing(trespass_.kind);
  const bool may_not_speak = topic == trespass_.topic && !is_about_hearing(trespass_.kind);
  if (may_not_listen || may_not_speak) {
    end(Trespass::Outcome::refused);
  } else if (topic == trespass_.topic || topic == speaker_.to_ourselves()) {
    end(Trespass::Outcome::untold);
  }
}

void TrespassTrial::on_message(mqtt::Message message)
{
  constexpr int enough_markers = 2;  // the broker's verdict comes before the first one, or soon behind it
  if (message.topic == trespass_.topic) {
    end(Trespass::Outcome::heard);
  } else if (message.topic == speaker_.to_ourselves()) {
    if (markers_ == enough_markers) {
      end(Trespass::Outcome::unheard);
    } else {
      send_marker();
    }
  }
}

// The first verdict counts: what comes behind it is the echo of a connection that is being closed.
void TrespassTrial::end(Trespass::Outcome outcome)
{
  if (over_) {
    trespass_.outcome = outcome;
    std::exchange(over_, nullptr)();
  }
}

QueueSetUp::QueueSetUp(mqtt::MqttClient& client, Speaker speaker, QueueTrial& trial, Over over)
    : client_{client}, speaker_{std::move(speaker)}, trial_{trial}, over_{std::move(over)}
{}

void QueueSetUp::on_connected(const std::string& /*broker*/)
{
  trial_.session_expiry = client_.limits().session_expiry;
  client_.subscribe({{speaker_.topics.replies_to(speaker_.caller, speaker_.session)}});
  client_.publish(message_to(speaker_.to_ourselves()));
}

void QueueSetUp::on_disconnected(const Error& /*why*/)
{
  over_();
}

void QueueSetUp::on_refused(const std::string& /*topic*/, const Error& /*why*/)
{
  over_();
}

void QueueSetUp::on_message(mqtt::Message /*message*/)
{
  over_();
}

QueueFilling::QueueFilling(
    mqtt::MqttClient& client, Speaker speaker, std::string waiting, QueueTrial& trial, Over over)
    : client_{client},
      speaker_{std::move(speaker)},
      waiting_{std::move(waiting)},
      trial_{trial},
      over_{std::move(over)}
{}

void QueueFilling::on_connected(const std::string& /*broker*/)
{
  if (trial_.sent != 0) {
    return;
  }
  client_.subscribe({{speaker_.topics.replies_to(speaker_.caller, speaker_.session)}});
  for (; trial_.sent < messages; ++trial_.sent) {
    client_.publish(message_to(waiting_));
  }
  client_.publish(message_to(speaker_.to_ourselves()));
}

void QueueFilling::on_disconnected(const Error& /*why*/)
{
  over_();
}

void QueueFilling::on_refused(const std::string& /*topic*/, const Error& /*why*/)
{
  over_();
}

void QueueFilling::on_message(mqtt::Message /*message*/)
{
  over_();
}

namespace {

constexpr const char* sentinel = "mco doctor has counted";

}  // namespace

QueueCount::QueueCount(
    const boost::asio::any_io_executor& executor,
    mqtt::MqttClient& client,
    Speaker speaker,
    QueueTrial& trial,
    Over over)
    : client_{client}, speaker_{std::move(speaker)}, trial_{trial}, over_{std::move(over)}, again_{executor}
{}

void QueueCount::on_connected(const std::string& /*broker*/)
{
  client_.subscribe({{speaker_.topics.replies_to(speaker_.caller, speaker_.session)}});
  send_sentinel();
}

// Again and again: a queue that is full has no room for this one either.
void QueueCount::send_sentinel()
{
  constexpr std::chrono::milliseconds pause{100};
  client_.publish(message_to(speaker_.to_ourselves(), sentinel));
  again_.expires_after(pause);
  again_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      send_sentinel();
    }
  });
}

void QueueCount::on_disconnected(const Error& /*why*/)
{
  over_();
}

void QueueCount::on_refused(const std::string& /*topic*/, const Error& /*why*/)
{
  over_();
}

void QueueCount::on_message(mqtt::Message message)
{
  if (message.payload == sentinel) {
    trial_.finished = true;
    over_();
  } else {
    ++trial_.kept;
  }
}

}  // namespace muster::cli::doctor
