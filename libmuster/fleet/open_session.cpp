// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/open_session.hpp"

#include <algorithm>
#include <utility>

namespace muster::fleet {

namespace {

constexpr std::size_t id_length = 16;  // as that of every request
constexpr std::chrono::seconds marker_expiry{60};
// As many as a request keeps: twenty fleets of the largest kind.
constexpr std::size_t most_known = 200'000;

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

OpenSession::Asked::Asked(
    const boost::asio::any_io_executor& executor,
    Question asked,
    CompiledFilter filter,
    Clock::time_point latest,
    Over tell)
    : question{std::move(asked)},
      request{question, std::move(filter)},
      timer{executor},
      end{latest},
      over{std::move(tell)}
{}

OpenSession::OpenSession(
    boost::asio::any_io_executor executor, mqtt::MqttClient& client, SessionIdentity identity)
    : executor_{std::move(executor)}, client_{client}, identity_{std::move(identity)}
{}

std::string OpenSession::ask(
    Question question, CompiledFilter filter, std::chrono::milliseconds at_most, Over over)
{
  std::sort(question.nodes.begin(), question.nodes.end());
  auto id = protocol::random_word(id_length);
  const auto now = Clock::now();
  asked_.emplace(
      id,
      std::make_unique<Asked>(
          executor_, std::move(question), std::move(filter), now + at_most, std::move(over)));
  wait_for(id, now);
  return id;
}

std::vector<std::string> OpenSession::ids() const
{
  std::vector<std::string> ids;
  ids.reserve(asked_.size());
  for (const auto& [id, asked] : asked_) {
    ids.push_back(id);
  }
  return ids;
}

OpenSession::Asked* OpenSession::find(const std::string& id)
{
  const auto found = asked_.find(id);
  return found == asked_.end() ? nullptr : found->second.get();
}

void OpenSession::wait_for(const std::string& id, Clock::time_point until)
{
  auto* asked = find(id);
  if (asked == nullptr) {
    return;
  }
  asked->timer.expires_at(until);
  asked->timer.async_wait([this, id](boost::system::error_code cancelled) {
    if (!cancelled) {
      look(id);
    }
  });
}

void OpenSession::look(const std::string& id)
{
  auto* asked = find(id);
  const auto now = Clock::now();
  if (asked == nullptr) {
    return;
  }
  if (denied_) {
    finish(id, tl::unexpected{*denied_});
    return;
  }
  if (now >= asked->end) {
    run_out_of_time(id, *asked, now);
    return;
  }
  if (!asked->started && !connected_) {
    wait_for(id, asked->end);
    return;
  }
  asked->started ? publish(id, *asked, asked->request.on_time(now)) : begin(id, *asked, now);
  asked = find(id);  // it may have been too large
  if (asked != nullptr && asked->request.is_over(now)) {
    finish(id, asked->request.report(now));
  } else if (asked != nullptr) {
    wait_for(id, std::min(asked->end, asked->request.next_event(now)));
  }
}

void OpenSession::begin(const std::string& id, Asked& asked, Clock::time_point now)
{
  const auto sends = asked.request.start(now, wall_clock_now());
  asked.started = true;
  for (const auto& [name, known] : known_) {
    if (asked.question.nodes.empty() ||
        std::binary_search(asked.question.nodes.begin(), asked.question.nodes.end(), name)) {
      const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - known.seen);
      asked.request.on_presence(known.presence, known.age + since, false, now);
    }
  }
  if (roll_call_complete_) {
    asked.request.on_marker(now);
  }
  publish(id, asked, sends);
}

void OpenSession::publish(const std::string& id, Asked& asked, const std::vector<FleetRequest::Send>& sends)
{
  const auto dropped = client_.dropped();
  for (const auto& send : sends) {
    if (send.what == FleetRequest::Send::What::marker) {
      continue;  // there is one for all, behind the subscriptions
    }
    auto message = request_message(asked.question, send, id, identity_);
    if (!message) {
      finish(id, tl::unexpected{std::move(message.error())});
      return;
    }
    client_.publish(std::move(*message));
  }
  if (connected_ && client_.dropped() != dropped) {
    finish(
        id,
        failure(
            ErrorCode::invalid_input,
            "more requests at once than can be kept: ask fewer nodes, or with fewer arguments"));
  }
}

void OpenSession::on_connected(const std::string& /*broker*/)
{
  connected_ = true;
  roll_call_complete_ = false;
  denied_.reset();
  known_.clear();  // what was forgotten meanwhile is not told
  client_.subscribe(
      {{identity_.topics.replies_to(identity_.key.caller(), identity_.session)},
       {identity_.topics.every_presence()}});
  publish_marker();
  for (const auto& id : ids()) {
    auto* asked = find(id);
    if (asked != nullptr && asked->started) {
      publish(id, *asked, asked->request.on_reconnected(Clock::now()));
    }
    look(id);
  }
}

void OpenSession::on_disconnected(const Error& why)
{
  connected_ = false;
  why_not_connected_ = why.message;
}

void OpenSession::on_refused(const std::string& topic, const Error& why)
{
  const Error denied{ErrorCode::denied, why.message + " (as " + identity_.key.caller() + ")"};
  if (topic == identity_.topics.replies_to(identity_.key.caller(), identity_.session)) {
    denied_ = denied;
  }
  for (const auto& id : ids()) {
    const auto* asked = find(id);
    if (asked != nullptr && (denied_ || is_about(*asked, topic))) {
      finish(id, tl::unexpected{denied});
    }
  }
}

bool OpenSession::is_about(const Asked& asked, const std::string& topic) const
{
  const auto& nodes = asked.question.nodes;
  const auto is_for = [&](const std::string& node) {
    return topic == identity_.topics.request_to_node(node);
  };
  return topic == identity_.topics.request_to_collective(asked.question.collective) ||
         std::any_of(nodes.begin(), nodes.end(), is_for);
}

void OpenSession::publish_marker()
{
  marker_ = "roll-call " + protocol::random_word(id_length);
  mqtt::Message message;
  message.topic = identity_.topics.reply(identity_.key.caller(), identity_.session, identity_.key.caller());
  message.payload = marker_;
  message.expiry = marker_expiry;
  client_.publish(std::move(message));
}

void OpenSession::on_message(mqtt::Message message)
{
  const auto topic = identity_.topics.parse(message.topic);
  if (!topic) {
    return;
  }
  if (topic->kind == protocol::Topics::Kind::presence) {
    message.payload.empty() ? on_forgotten(identity_.topics.node_name_of(topic->name))
                            : on_presence(topic->name, message);
  } else if (topic->kind == protocol::Topics::Kind::reply) {
    on_reply(topic->name, message);
  }
}

void OpenSession::on_presence(const std::string& name, const mqtt::Message& message)
{
  const auto presence = protocol::parse_presence(message.payload);
  if (!presence || !identity_.topics.same_name(name, presence->name)) {
    return;
  }
  const auto now = Clock::now();
  const auto age = protocol::presence_age(message.expiry);
  if (known_.size() < most_known || known_.contains(presence->name)) {
    known_.insert_or_assign(presence->name, Known{*presence, age, now});
  }
  for (const auto& id : ids()) {
    auto* asked = find(id);
    const bool meant =
        asked != nullptr && asked->started &&
        (asked->question.nodes.empty() ||
         std::binary_search(asked->question.nodes.begin(), asked->question.nodes.end(), presence->name));
    if (meant) {
      asked->request.on_presence(*presence, age, !message.retained, now);
      look(id);
    }
  }
}

void OpenSession::on_forgotten(const std::string& name)
{
  known_.erase(name);
  for (const auto& id : ids()) {
    if (auto* asked = find(id); asked != nullptr && asked->started) {
      asked->request.on_forgotten(name);
      look(id);
    }
  }
}

void OpenSession::on_marker()
{
  roll_call_complete_ = true;
  for (const auto& id : ids()) {
    if (auto* asked = find(id); asked != nullptr && asked->started) {
      asked->request.on_marker(Clock::now());
      look(id);
    }
  }
}

void OpenSession::on_reply(const std::string& name, const mqtt::Message& message)
{
  if (identity_.topics.same_name(name, identity_.key.caller())) {
    if (message.payload == marker_) {
      on_marker();
    }
    return;
  }
  auto answer = protocol::parse_answer(message.payload);
  if (!answer || !identity_.topics.same_name(name, answer->node)) {
    return;
  }
  const auto id = answer->id;
  if (auto* asked = find(id); asked != nullptr && asked->started) {
    static_cast<void>(asked->request.on_answer(std::move(*answer), Clock::now(), wall_clock_now()));
    look(id);
  }
}

void OpenSession::run_out_of_time(const std::string& id, Asked& asked, Clock::time_point now)
{
  if (!asked.started) {
    const auto why = why_not_connected_.empty() ? "" : ": " + why_not_connected_;
    finish(id, failure(ErrorCode::timed_out, "no broker has answered in time" + why));
    return;
  }
  asked.request.on_out_of_time();
  finish(id, asked.request.report(now));
}

// The last thing about a request: `over` may ask again, or forget others.
void OpenSession::finish(const std::string& id, Expected<FleetReport> report)
{
  const auto ended = asked_.extract(id);
  if (ended.empty()) {
    return;
  }
  if (report) {
    report->request_id = id;
    report->broker_lost = connected_ ? "" : why_not_connected_;
  }
  ended.mapped()->over(std::move(report));
}

}  // namespace muster::fleet
