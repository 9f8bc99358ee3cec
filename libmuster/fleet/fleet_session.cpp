// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/fleet_session.hpp"

#include <utility>

namespace muster::fleet {

namespace {

constexpr std::size_t id_length = 16;  // 36^16: no two requests of a fleet's life are alike

// Up to so many named nodes are looked up one by one; AWS IoT takes 8 filters in a SUBSCRIBE.
constexpr std::size_t most_single_presences = 8;

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string marker_text(const std::string& id)
{
  return "marker " + id;
}

}  // namespace

FleetSession::FleetSession(
    const boost::asio::any_io_executor& executor,
    mqtt::MqttClient& client,
    std::size_t brokers,
    Identity identity,
    Events events)
    : timer_{executor},
      client_{client},
      brokers_{brokers},
      identity_{std::move(identity)},
      events_{std::move(events)}
{}

void FleetSession::ask(Question question, CompiledFilter filter)
{
  question_ = std::move(question);
  id_ = protocol::random_word(id_length);
  request_.emplace(question_, std::move(filter));
  client_.start(*this);
}

void FleetSession::interrupt()
{
  if (over_) {
    return;
  }
  if (!started_) {
    // Nothing was sent. The account of nobody says so, and that it was interrupted.
    static_cast<void>(request_->start(Clock::now(), wall_clock_now()));
    started_ = true;
  }
  request_->on_interrupt();
  look_again();
}

void FleetSession::run_out_of_time()
{
  if (over_) {
    return;
  }
  if (!started_) {
    const auto why = why_not_connected_.empty() ? "" : ": " + why_not_connected_;
    finish(failure(ErrorCode::timed_out, "no broker has answered in time" + why));
    return;
  }
  request_->on_out_of_time();
  look_again();
}

void FleetSession::on_connected(const std::string& /*broker*/)
{
  if (over_) {
    return;
  }
  connected_ = true;
  subscribe();
  const auto now = Clock::now();
  publish(started_ ? request_->on_reconnected(now) : request_->start(now, wall_clock_now()));
  started_ = true;
  look_again();
}

void FleetSession::on_disconnected(const Error& why)
{
  connected_ = false;
  if (over_) {
    return;
  }
  if (started_) {
    why_not_connected_ = why.message;
    return;  // the client comes back by itself, or the deadline ends it
  }
  why_not_connected_ += (why_not_connected_.empty() ? "" : "; ") + why.message;
  if (++failed_brokers_ >= brokers_) {
    finish(failure(why.code, why_not_connected_));
  }
}

void FleetSession::on_refused(const std::string& topic, const Error& why)
{
  const bool needed = topic != identity_.topics.every_presence();
  if (!over_ && needed) {
    finish(failure(ErrorCode::denied, why.message + " (as " + identity_.key.caller() + ")"));
  }
}

void FleetSession::subscribe()
{
  std::vector<mqtt::Subscription> wanted;
  wanted.push_back({identity_.topics.replies_to(identity_.key.caller(), identity_.session)});
  if (question_.nodes.empty() || question_.nodes.size() > most_single_presences) {
    wanted.push_back({identity_.topics.every_presence()});
  } else {
    for (const auto& node : question_.nodes) {
      wanted.push_back({identity_.topics.presence(node)});
    }
  }
  client_.subscribe(std::move(wanted));
}

void FleetSession::publish(const std::vector<FleetRequest::Send>& sends)
{
  const auto dropped = client_.dropped();
  for (const auto& send : sends) {
    if (over_) {
      return;
    }
    if (send.what == FleetRequest::Send::What::marker) {
      publish_marker();
    } else {
      publish_request(send);
    }
  }
  // Without a session they are dropped too, but then everybody is asked again by the next one.
  if (connected_ && client_.dropped() != dropped && !over_) {
    finish(failure(
        ErrorCode::invalid_input,
        "more requests at once than can be kept: ask fewer nodes, or with fewer arguments"));
  }
}

void FleetSession::publish_request(const FleetRequest::Send& send)
{
  auto message = request_message(question_, send, id_, identity_);
  if (!message) {
    finish(tl::unexpected{std::move(message.error())});
    return;
  }
  client_.publish(std::move(*message));
}

void FleetSession::publish_marker()
{
  mqtt::Message message;
  message.topic = identity_.topics.reply(identity_.key.caller(), identity_.session, identity_.key.caller());
  message.payload = marker_text(id_);
  message.expiry = std::chrono::ceil<std::chrono::seconds>(question_.wait + FleetRequest::patience);
  client_.publish(std::move(message));
}

void FleetSession::on_message(mqtt::Message message)
{
  const auto topic = identity_.topics.parse(message.topic);
  if (over_ || !topic) {
    return;
  }
  if (topic->kind == protocol::Topics::Kind::presence) {
    on_presence(topic->name, message);
  } else if (topic->kind == protocol::Topics::Kind::reply) {
    on_reply(topic->name, message);
  }
  look_again();
}

void FleetSession::on_presence(const std::string& name, const mqtt::Message& message)
{
  if (message.payload.empty()) {
    request_->on_forgotten(identity_.topics.node_name_of(name));
    return;
  }
  auto presence = protocol::parse_presence(message.payload);
  if (!presence) {
    request_->on_rejected(name + ": " + presence.error().message);
  } else if (!identity_.topics.same_name(name, presence->name)) {
    request_->on_rejected(name + " published a presence of " + presence->name);
  } else {
    request_->on_presence(
        std::move(*presence), protocol::presence_age(message.expiry), !message.retained, Clock::now());
  }
}

void FleetSession::on_reply(const std::string& name, const mqtt::Message& message)
{
  if (identity_.topics.same_name(name, identity_.key.caller())) {
    if (message.payload == marker_text(id_)) {
      request_->on_marker(Clock::now());
    }
    return;
  }
  auto answer = protocol::parse_answer(message.payload);
  if (!answer) {
    request_->on_rejected(name + ": " + answer.error().message);
  } else if (!identity_.topics.same_name(name, answer->node)) {
    request_->on_rejected(name + " answered in the name of " + answer->node);
  } else if (answer->id != id_) {
    request_->on_rejected(name + " answered a request that was not asked");
  } else {
    take_answer(std::move(*answer));
  }
}

void FleetSession::take_answer(protocol::Answer answer)
{
  const auto told = events_.answer ? std::optional{answer} : std::nullopt;
  if (request_->on_answer(std::move(answer), Clock::now(), wall_clock_now()) && told) {
    events_.answer(*told);
  }
}

void FleetSession::look_again()
{
  const auto now = Clock::now();
  if (over_) {
    return;
  }
  publish(request_->on_time(now));
  if (request_->is_over(now)) {
    finish(request_->report(now));
    return;
  }
  if (events_.progress) {
    events_.progress(*request_);
  }
  timer_.expires_at(request_->next_event(now));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look_again();
    }
  });
}

void FleetSession::finish(Expected<FleetReport> report)
{
  over_ = true;
  timer_.cancel();
  if (report) {
    report->request_id = id_;
    report->broker_lost = connected_ ? "" : why_not_connected_;
  }
  events_.over(std::move(report));
}

}  // namespace muster::fleet
