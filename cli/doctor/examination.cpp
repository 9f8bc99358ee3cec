// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/examination.hpp"

#include <memory>
#include <sys/resource.h>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/doctor/trials.hpp"
#include "libmuster/client/caller_session.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli::doctor {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t session_length = 12;
constexpr std::size_t largest_pem = std::size_t{1} << 20U;
constexpr milliseconds goodbye_patience{200};

// Behind the connect: ten thousand presences, or a queue that drains, on a slow line.
constexpr milliseconds patience{5000};

// As a node's, so that the broker's own limit shows; the trial ends the session long before.
constexpr seconds session_of_a_node{120};

// One connection to one broker. Never destroyed: Paho's destructor waits for its threads, and the program
// ends soon.
class Session {
public:
  Session(
      const client::ClientSettings& settings,
      const std::string& broker,
      const std::string& name,
      seconds outlives)
      : client_{mqtt::make_paho_client(loop_.get_executor(), options(settings, broker, name, outlives))},
        most_{settings.connect_timeout + patience}
  {}

  [[nodiscard]] asio::any_io_executor executor() { return loop_.get_executor(); }

  mqtt::MqttClient& client() { return *client_; }

  [[nodiscard]] Over over()
  {
    return [this] { loop_.stop(); };
  }

  void run(mqtt::MqttListener& listener)
  {
    const auto more_may_come = asio::make_work_guard(loop_);  // from Paho's threads
    client_->start(listener);
    loop_.run_for(most_);
    client_->close(goodbye_patience);
  }

private:
  static mqtt::ConnectionOptions options(
      const client::ClientSettings& settings,
      const std::string& broker,
      const std::string& name,
      seconds outlives)
  {
    auto options = client::connection_options(settings, name);
    options.brokers = {broker};
    options.session_expiry = outlives;
    return options;
  }

  asio::io_context loop_{1};
  std::unique_ptr<mqtt::MqttClient> client_;
  milliseconds most_;
};

Session& session_at(
    const client::ClientSettings& settings,
    const std::string& broker,
    const std::string& name,
    seconds outlives = seconds{0})
{
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): see Session
  return *new Session{settings, broker, name, outlives};
}

Speaker speaker_of(const client::ClientSettings& settings)
{
  return {
      protocol::Topics{settings.topic_dots_as_underscores},
      settings.caller,
      protocol::random_word(session_length),
      "doctor-" + protocol::random_word(session_length)};
}

// Connecting with the same client id and no wish for a past makes the broker drop the session.
class Farewell final : public mqtt::MqttListener {
public:
  explicit Farewell(Over over) : over_{std::move(over)} {}

  void on_connected(const std::string& /*broker*/) override { over_(); }

  void on_disconnected(const Error& /*why*/) override { over_(); }

  void on_refused(const std::string& /*topic*/, const Error& /*why*/) override {}

  void on_message(mqtt::Message /*message*/) override {}

private:
  Over over_;
};

}  // namespace

TlsFacts read_tls_files(const client::ClientSettings& settings)
{
  const auto& files = settings.connection;
  TlsFacts facts;
  if (files.certificate.empty()) {
    return facts;
  }
  for (const auto& file : {files.ca, files.key}) {
    if (const auto text = runtime::read_text_file(file, largest_pem); !text) {
      facts.unreadable.push_back(text.error());
    }
  }
  facts.certificate = runtime::read_certificate(files.certificate);
  return facts;
}

std::uint64_t file_descriptor_limit()
{
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

BrokerFacts examine_broker(const client::ClientSettings& settings, const std::string& broker)
{
  BrokerFacts facts;
  facts.url = broker;
  const auto speaker = speaker_of(settings);
  auto& session = session_at(settings, broker, speaker.session);
  RollCallTrial trial{session.client(), speaker, facts, session.over()};
  session.run(trial);
  return facts;
}

std::vector<Trespass> try_trespasses(const client::ClientSettings& settings, const std::string& broker)
{
  using Kind = Trespass::Kind;
  std::vector<Trespass> trespasses;
  for (const auto kind :
       {Kind::forged_answer,
        Kind::forged_presence,
        Kind::forged_result,
        Kind::overheard,
        Kind::overheard_requests,
        Kind::overheard_results}) {
    auto& trespass = trespasses.emplace_back(Trespass{kind, {}, Trespass::Outcome::untold});
    const auto speaker = speaker_of(settings);
    auto& session = session_at(settings, broker, speaker.session);
    TrespassTrial trial{session.client(), speaker, trespass, session.over()};
    session.run(trial);
  }
  return trespasses;
}

QueueTrial try_queue(const client::ClientSettings& settings, const std::string& broker)
{
  QueueTrial trial;
  const auto reader = speaker_of(settings);
  auto& before = session_at(settings, broker, reader.session, session_of_a_node);
  QueueSetUp set_up{before.client(), reader, trial, before.over()};
  before.run(set_up);
  const auto writer = speaker_of(settings);
  auto& between = session_at(settings, broker, writer.session);
  QueueFilling filling{between.client(), writer, reader.to_ourselves(), trial, between.over()};
  between.run(filling);
  auto& after = session_at(settings, broker, reader.session, session_of_a_node);
  QueueCount count{after.executor(), after.client(), reader, trial, after.over()};
  after.run(count);
  auto& end = session_at(settings, broker, reader.session);
  Farewell farewell{end.over()};
  end.run(farewell);
  return trial;
}

}  // namespace muster::cli::doctor
