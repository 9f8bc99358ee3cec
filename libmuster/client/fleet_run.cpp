// SPDX-License-Identifier: Apache-2.0
#include "libmuster/client/fleet_run.hpp"

#include <csignal>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/client/caller_session.hpp"
#include "libmuster/fleet/fleet_session.hpp"

namespace muster::client {
namespace asio = boost::asio;

namespace {

constexpr std::size_t session_length = 12;
constexpr std::size_t request_id_length = 16;
constexpr std::chrono::milliseconds goodbye_patience{200};
// Shorter runs are over before an eye has found the bar.
constexpr std::chrono::milliseconds progress_every{250};

// One session with the broker, its request, and the operator's Ctrl-C.
class Run {
public:
  Run(const ClientSettings& settings, protocol::SecretKey key, const Observer& observer)
      : session_name_{protocol::random_word(session_length)},
        client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings, session_name_))},
        session_{
            loop_.get_executor(),
            *client_,
            settings.connection.brokers.size(),
            {std::move(key), protocol::Topics{settings.topic_dots_as_underscores}, session_name_},
            {[this](Expected<fleet::FleetReport> report) { over(std::move(report)); },
             [this](const fleet::FleetRequest& request) { changed(request); },
             observer.answer}},
        interrupts_{loop_, SIGINT, SIGTERM, SIGHUP},
        progress_timer_{loop_},
        end_{loop_}
  {}

  Expected<fleet::FleetReport> ask(
      fleet::Question question,
      CompiledFilter filter,
      const std::function<void(const Progress&)>& progress,
      std::optional<std::chrono::milliseconds> at_most)
  {
    interrupts_.async_wait([this](boost::system::error_code cancelled, int) {
      if (!cancelled) {
        session_.interrupt();
      }
    });
    if (at_most) {
      end_after(*at_most);
    }
    tell(progress);
    session_.ask(std::move(question), std::move(filter));
    loop_.run();
    client_->close(goodbye_patience);
    return std::move(report_);
  }

private:
  void over(Expected<fleet::FleetReport> report)
  {
    report_ = std::move(report);
    loop_.stop();
  }

  void changed(const fleet::FleetRequest& request) { request_ = &request; }

  void end_after(std::chrono::milliseconds time)
  {
    end_.expires_after(time);
    end_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) {
        session_.run_out_of_time();
      }
    });
  }

  void tell(const std::function<void(const Progress&)>& progress)
  {
    progress_timer_.expires_after(progress_every);
    progress_timer_.async_wait([this, &progress](boost::system::error_code cancelled) {
      if (cancelled) {
        return;
      }
      if (progress && request_ != nullptr) {
        progress({request_->answered(), request_->expected()});
      }
      tell(progress);
    });
  }

  asio::io_context loop_{1};
  std::string session_name_;
  std::unique_ptr<mqtt::MqttClient> client_;
  fleet::FleetSession session_;
  asio::signal_set interrupts_;
  asio::steady_timer progress_timer_;
  asio::steady_timer end_;
  const fleet::FleetRequest* request_ = nullptr;
  Expected<fleet::FleetReport> report_;
};

// Publishes messages, then a marker to itself: when that comes back, the broker has taken all of them.
class Sending final : public mqtt::MqttListener {
public:
  // `what`: what the broker may not let the caller do, for a message.
  Sending(const ClientSettings& settings, std::vector<mqtt::Message> messages, std::string what)
      : topics_{settings.topic_dots_as_underscores},
        caller_{settings.caller},
        session_{protocol::random_word(session_length)},
        messages_{std::move(messages)},
        what_{std::move(what)},
        brokers_left_{settings.connection.brokers.size()},
        client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings, session_))}
  {}

  Expected<void> run(std::chrono::milliseconds deadline)
  {
    // Between two messages there is nothing to do but to wait for what Paho's thread posts.
    const auto more_may_come = asio::make_work_guard(loop_);
    client_->start(*this);
    loop_.run_for(deadline);
    client_->close(goodbye_patience);
    return outcome_;
  }

  void on_connected(const std::string& /*broker*/) override
  {
    client_->subscribe({{topics_.replies_to(caller_, session_)}});
    for (const auto& message : messages_) {
      client_->publish(message);
    }
    mqtt::Message marker;
    marker.topic = topics_.reply(caller_, session_, caller_);
    client_->publish(std::move(marker));
  }

  void on_disconnected(const Error& why) override
  {
    if (--brokers_left_ == 0) {
      end(tl::unexpected{why});
    }
  }

  void on_refused(const std::string& /*topic*/, const Error& why) override
  {
    end(tl::unexpected{why.with_context("the broker does not let " + caller_ + " " + what_)});
  }

  void on_message(mqtt::Message /*marker*/) override { end({}); }

private:
  void end(Expected<void> outcome)
  {
    outcome_ = std::move(outcome);
    loop_.stop();
  }

  asio::io_context loop_{1};
  protocol::Topics topics_;
  std::string caller_;
  std::string session_;
  std::vector<mqtt::Message> messages_;
  std::string what_;
  std::size_t brokers_left_;
  std::unique_ptr<mqtt::MqttClient> client_;
  Expected<void> outcome_ = failure(ErrorCode::timed_out, "the broker did not answer in time");
};

Expected<void> send(const ClientSettings& settings, std::vector<mqtt::Message> messages, std::string what)
{
  auto* sending = new Sending{// NOLINT(cppcoreguidelines-owning-memory): never destroyed, as below
                              settings,
                              std::move(messages),
                              std::move(what)};
  return sending->run(settings.wait);
}

mqtt::Message request_message(
    const protocol::Topics& topics, const protocol::Request& request, const protocol::SecretKey& key)
{
  mqtt::Message message;
  message.topic = request.to.kind == protocol::Target::Kind::node
                      ? topics.request_to_node(request.to.name)
                      : topics.request_to_collective(request.to.name);
  message.payload = protocol::seal(request, key);
  message.expiry = std::chrono::ceil<std::chrono::seconds>(request.wait);
  return message;
}

}  // namespace

Expected<void> forget_presences(const ClientSettings& settings, const std::vector<std::string>& nodes)
{
  const protocol::Topics topics{settings.topic_dots_as_underscores};
  std::vector<mqtt::Message> messages;
  for (const auto& node : nodes) {
    mqtt::Message empty;
    empty.topic = topics.presence(node);
    empty.retained = true;
    messages.push_back(std::move(empty));
  }
  return send(settings, std::move(messages), "forget nodes");
}

Expected<std::string> send_fleet_request(
    const ClientSettings& settings, const fleet::Question& question, const std::string& session)
{
  const auto key = read_caller_key(settings);
  if (!key) {
    return tl::unexpected{key.error()};
  }
  const protocol::Topics topics{settings.topic_dots_as_underscores};
  auto request = fleet::request_for(question);
  request.caller = key->caller();
  request.session = session.empty() ? protocol::random_word(session_length) : session;
  request.id = protocol::random_word(request_id_length);
  request.sent = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  request.wait = question.wait;
  request.reply = protocol::ReplyMode::meant;
  std::vector<mqtt::Message> messages;
  request.to = {protocol::Target::Kind::collective, question.collective};
  if (question.nodes.empty()) {
    messages.push_back(request_message(topics, request, *key));
  }
  for (const auto& node : question.nodes) {
    request.to = {protocol::Target::Kind::node, node};
    messages.push_back(request_message(topics, request, *key));
  }
  if (messages.front().payload.size() > protocol::largest_encoded) {
    return failure(ErrorCode::invalid_input, "the request is larger than a message may be");
  }
  if (const auto sent = send(settings, std::move(messages), "send requests"); !sent) {
    return tl::unexpected{sent.error()};
  }
  return request.id;
}

Expected<fleet::FleetReport> ask(
    const ClientSettings& settings,
    fleet::Question question,
    const Observer& observer,
    std::optional<std::chrono::milliseconds> at_most)
{
  auto filter = CompiledFilter::compile(question.filter);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  return run_fleet_request(settings, std::move(question), std::move(*filter), observer, at_most);
}

Expected<fleet::FleetReport> run_fleet_request(
    const ClientSettings& settings,
    fleet::Question question,
    CompiledFilter filter,
    const Observer& observer,
    std::optional<std::chrono::milliseconds> at_most)
{
  auto key = read_caller_key(settings);
  if (!key) {
    return tl::unexpected{key.error()};
  }
  // The last run is never destroyed: Paho's destructor waits for its threads, and the program ends here
  // anyway. A command that asks again and again takes the run before away, with its descriptors.
  static auto* const kept = new std::unique_ptr<Run>;  // NOLINT(cppcoreguidelines-owning-memory)
  kept->reset();
  *kept = std::make_unique<Run>(settings, std::move(*key), observer);
  return (*kept)->ask(std::move(question), std::move(filter), observer.progress, at_most);
}

}  // namespace muster::client
