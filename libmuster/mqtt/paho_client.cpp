// SPDX-License-Identifier: Apache-2.0
//
// The only file that includes Paho. Its rules, each for a fault seen with Paho C 1.3.12 and C++ 1.2.0:
//  * every callback does one thing: post to our executor. A wait or a call back into Paho there deadlocks.
//  * callbacks are set once, before the first connect, and never changed.
//  * no automatic reconnect: it has no jitter, does not resubscribe and does not retry the first connect.
//  * MQTT 5 is said twice, when creating and when connecting; clean_start, never clean_session.
//  * TCP_NODELAY is set by hand after every connect, else Nagle and delayed ACK add 40 ms to each QoS 1
//  reply.
//  * the limit of buffered messages counts while connected too, and is 100 unless raised.
//  * http_proxy is honoured for MQTT: the variables are removed before the first connect.
#include <arpa/inet.h>
#include <cstdlib>
#include <dirent.h>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <random>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mqtt/async_client.h>

#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/mqtt/outbox.hpp"
#include "libmuster/mqtt/paho_waits.hpp"
#include "libmuster/mqtt/reconnect_backoff.hpp"

namespace muster::mqtt {
namespace asio = boost::asio;
namespace paho = ::mqtt;

namespace {

// Far more than the outbox holds or one burst of a fleet request needs; Paho's own default loses messages at
// 100.
constexpr int paho_buffered_messages = 100'000;

// Added to Paho's own connect timeout, which it has been seen to miss: then we give up on that try ourselves.
constexpr std::chrono::milliseconds connect_watchdog_grace{2000};

// Two programs with one client id throw each other out for ever unless they slow down.
constexpr std::chrono::milliseconds taken_over_pause{20'000};

std::string paho_uri(const std::string& broker)
{
  constexpr std::string_view secure = "mqtts://";
  constexpr std::string_view plain = "mqtt://";
  if (broker.starts_with(secure)) {
    return "ssl://" + broker.substr(secure.size());
  }
  if (broker.starts_with(plain)) {
    return "tcp://" + broker.substr(plain.size());
  }
  return broker;
}

bool is_tcp_socket_with_a_peer(int descriptor)
{
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    return false;
  }
  return peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
}

// Paho keeps its descriptor to itself. Ours is a client program: every connected TCP socket of it is one that
// should not wait for a full segment.
void disable_nagle_on_every_socket()
{
  DIR* descriptors = ::opendir("/proc/self/fd");
  if (descriptors == nullptr) {
    return;
  }
  while (const dirent* entry =
             ::readdir(descriptors)) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
    const int descriptor = std::atoi(&entry->d_name[0]);  // NOLINT(cert-err34-c): the kernel wrote it
    if (descriptor > 2 && is_tcp_socket_with_a_peer(descriptor)) {
      const int on = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  }
  ::closedir(descriptors);
}

const char* meaning_of(int reason_code)
{
  switch (reason_code) {
  case paho::ReasonCode::NOT_AUTHORIZED:
    return "not authorized: the broker's ACL does not allow it";
  case paho::ReasonCode::BAD_USER_NAME_OR_PASSWORD:
    return "bad user name or password";
  case paho::ReasonCode::CLIENT_IDENTIFIER_NOT_VALID:
    return "the broker does not accept this client id";
  case paho::ReasonCode::UNSUPPORTED_PROTOCOL_VERSION:
    return "the broker does not speak MQTT 5";
  case paho::ReasonCode::SESSION_TAKEN_OVER:
    return "session taken over: another program uses the same client id";
  case paho::ReasonCode::SERVER_SHUTTING_DOWN:
    return "the broker is shutting down";
  case paho::ReasonCode::KEEP_ALIVE_TIMEOUT:
    return "the broker heard nothing from us for too long";
  case paho::ReasonCode::PACKET_TOO_LARGE:
    return "the message is larger than the broker takes";
  case paho::ReasonCode::QUOTA_EXCEEDED:
    return "the broker's quota is used up";
  default:
    return nullptr;
  }
}

ErrorCode code_of(int reason_code)
{
  const bool denied = reason_code == paho::ReasonCode::NOT_AUTHORIZED ||
                      reason_code == paho::ReasonCode::BAD_USER_NAME_OR_PASSWORD;
  return denied ? ErrorCode::denied : ErrorCode::disconnected;
}

Error error_of(const std::string& what, int reason_code)
{
  if (const char* meaning = meaning_of(reason_code)) {
    return Error{code_of(reason_code), what + ": " + meaning};
  }
  const char* text = reason_code < 0 ? ::MQTTAsync_strerror(reason_code) : nullptr;
  if (text != nullptr) {
    return Error{ErrorCode::disconnected, what + ": " + text};
  }
  return Error{ErrorCode::disconnected, what + ": MQTT reason " + std::to_string(reason_code)};
}

paho::const_message_ptr paho_message(const Message& message)
{
  auto converted =
      paho::make_message(message.topic, message.payload, static_cast<int>(message.qos), message.retained);
  if (message.expiry) {
    paho::properties properties;
    properties.add(paho::property(
        paho::property::MESSAGE_EXPIRY_INTERVAL, static_cast<std::int32_t>(message.expiry->count())));
    converted->set_properties(std::move(properties));
  }
  return converted;
}

Message our_message(const paho::message& message)
{
  Message converted;
  converted.topic = message.get_topic();
  converted.payload = message.to_string();
  converted.qos = message.get_qos() == 0 ? Qos::at_most_once : Qos::at_least_once;
  converted.retained = message.is_retained();
  const auto& properties = message.get_properties();
  if (properties.contains(paho::property::MESSAGE_EXPIRY_INTERVAL)) {
    converted.expiry =
        std::chrono::seconds{paho::get<std::uint32_t>(properties, paho::property::MESSAGE_EXPIRY_INTERVAL)};
  }
  return converted;
}

paho::will_options paho_will(const Will& will)
{
  paho::will_options options{
      will.message.topic,
      will.message.payload.data(),
      will.message.payload.size(),
      static_cast<int>(will.message.qos),
      will.message.retained};
  paho::properties properties;
  properties.add(
      paho::property(paho::property::WILL_DELAY_INTERVAL, static_cast<std::int32_t>(will.delay.count())));
  if (will.message.expiry) {
    properties.add(paho::property(
        paho::property::MESSAGE_EXPIRY_INTERVAL, static_cast<std::int32_t>(will.message.expiry->count())));
  }
  options.set_properties(std::move(properties));
  return options;
}

// Calls a function of ours, on Paho's thread, when an action of Paho's has ended.
class Outcome final : public paho::iaction_listener {
public:
  using OnSuccess = std::function<void(const paho::token&)>;
  using OnFailure = std::function<void(const paho::token&)>;

  Outcome(OnSuccess on_success, OnFailure on_failure)
      : success_{std::move(on_success)}, failure_{std::move(on_failure)}
  {}

  void on_success(const paho::token& token) override { success_(token); }

  void on_failure(const paho::token& token) override { failure_(token); }

private:
  OnSuccess success_;
  OnFailure failure_;
};

class PahoClient final : public MqttClient {
public:
  PahoClient(asio::any_io_executor executor, ConnectionOptions options);
  ~PahoClient() override;
  PahoClient(const PahoClient&) = delete;
  PahoClient& operator=(const PahoClient&) = delete;
  PahoClient(PahoClient&&) = delete;
  PahoClient& operator=(PahoClient&&) = delete;

  void start(MqttListener& listener) override;
  void subscribe(std::vector<Subscription> subscriptions) override;
  void publish(Message message) override;

  void set_will(std::optional<Will> will) override { options_.will = std::move(will); }

  void reconnect_after(std::chrono::milliseconds pause) override;
  void close(std::chrono::milliseconds patience) override;

  [[nodiscard]] std::uint64_t dropped() const override
  {
    return outbox_.dropped() + dropped_without_session_;
  }

private:
  enum class State { idle, connecting, connected, pausing, closed };

  void connect();
  [[nodiscard]] paho::connect_options connect_options() const;
  void watch_connect();
  void connected(std::uint64_t attempt);
  void lost(std::uint64_t attempt, const Error& why, std::chrono::milliseconds least_pause);
  void pause_then_connect(std::chrono::milliseconds pause);
  void send(Message message);
  void flush();
  void send_disconnect();

  double random_fraction() { return std::uniform_real_distribution<double>{0.0, 1.0}(random_); }

  // Runs `work` on the executor, unless the client is gone by then. Called on Paho's threads.
  template <typename Work>
  void post(Work work)
  {
    asio::post(executor_, [alive = std::weak_ptr<bool>{alive_}, work = std::move(work)]() mutable {
      if (alive.lock()) {
        work();
      }
    });
  }

  asio::any_io_executor executor_;
  ConnectionOptions options_;
  MqttListener* listener_ = nullptr;
  State state_ = State::idle;
  std::uint64_t attempt_ = 0;  // tells the events of this connection from late ones of the last
  bool ever_connected_ = false;
  ReconnectBackoff backoff_;
  Outbox outbox_;
  std::uint64_t dropped_without_session_ = 0;
  asio::steady_timer timer_;
  std::mt19937_64 random_{std::random_device{}()};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::atomic<std::uint64_t> callback_attempt_{0};  // read on Paho's threads

  Outcome connect_outcome_;
  Outcome publish_outcome_;
  std::map<std::string, std::unique_ptr<Outcome>> subscribe_outcomes_;  // Paho holds plain pointers to them
  std::unique_ptr<paho::async_client> client_;                          // last: its end stops Paho's threads
};

int failure_code(const paho::token& token)
{
  const int reason = token.get_reason_code();
  return reason >= paho::ReasonCode::UNSPECIFIED_ERROR && reason != paho::ReasonCode::MQTTPP_V3_CODE
             ? reason
             : token.get_return_code();
}

PahoClient::PahoClient(asio::any_io_executor executor, ConnectionOptions options)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      backoff_{options_.brokers.size()},
      timer_{executor_},
      connect_outcome_{
          [this](const paho::token&) {
            disable_nagle_on_every_socket();
            post([this, attempt = callback_attempt_.load()] { connected(attempt); });
          },
          [this](const paho::token& token) {
            Error why = error_of("connect", failure_code(token));
            post([this, attempt = callback_attempt_.load(), why = std::move(why)] {
              lost(attempt, why, std::chrono::milliseconds{0});
            });
          }},
      publish_outcome_{
          [](const paho::token&) {},
          [this](const paho::token& token) {
            const auto topics = token.get_topics();
            const std::string topic = topics && !topics->empty() ? (*topics)[0] : std::string{};
            const int code = failure_code(token);
            if (code < paho::ReasonCode::UNSPECIFIED_ERROR) {
              return;  // the connection fell; that is told elsewhere
            }
            Error why = error_of("publish", code);
            post([this, topic, why = std::move(why)] { listener_->on_refused(topic, why); });
          }}
{
  shorten_paho_waits();
  ::unsetenv("http_proxy");   // NOLINT(concurrency-mt-unsafe): before Paho starts a thread
  ::unsetenv("https_proxy");  // NOLINT(concurrency-mt-unsafe)
  paho::create_options create{MQTTVERSION_5};
  create.set_max_buffered_messages(paho_buffered_messages);
  client_ = std::make_unique<paho::async_client>(
      paho_uri(options_.brokers.front()), options_.client_id, create, nullptr);
  client_->set_message_callback([this](const paho::const_message_ptr& message) {
    if (message) {
      post(
          [this, received = our_message(*message)]() mutable { listener_->on_message(std::move(received)); });
    }
  });
  client_->set_connection_lost_handler([this](const std::string& cause) {
    Error why{ErrorCode::disconnected, cause.empty() ? "connection lost" : "connection lost: " + cause};
    post([this, attempt = callback_attempt_.load(), why = std::move(why)] {
      lost(attempt, why, std::chrono::milliseconds{0});
    });
  });
  client_->set_disconnected_handler([this](const paho::properties&, paho::ReasonCode reason) {
    const bool taken_over = reason == paho::ReasonCode::SESSION_TAKEN_OVER;
    post([this,
          taken_over,
          attempt = callback_attempt_.load(),
          why = error_of("disconnected by the broker", reason)] {
      lost(attempt, why, taken_over ? taken_over_pause : std::chrono::milliseconds{0});
    });
  });
}

PahoClient::~PahoClient()
{
  alive_.reset();
}

void PahoClient::start(MqttListener& listener)
{
  listener_ = &listener;
  const auto spread = static_cast<double>(options_.first_connect_spread.count()) * random_fraction();
  pause_then_connect(std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(spread)});
}

paho::connect_options PahoClient::connect_options() const
{
  paho::connect_options connect;
  connect.set_mqtt_version(MQTTVERSION_5);
  // A session that outlives the connection keeps the will back when we return in time, so it is never
  // cleaned.
  connect.set_clean_start(options_.session_expiry == std::chrono::seconds{0});
  connect.set_keep_alive_interval(options_.keep_alive);
  connect.set_connect_timeout(std::chrono::ceil<std::chrono::seconds>(options_.connect_timeout));
  connect.set_servers(paho::string_collection::create({paho_uri(options_.brokers[backoff_.next_broker()])}));
  if (!options_.user_name.empty()) {
    connect.set_user_name(options_.user_name);
  }
  paho::properties properties;
  properties.add(paho::property(
      paho::property::SESSION_EXPIRY_INTERVAL, static_cast<std::int32_t>(options_.session_expiry.count())));
  connect.set_properties(std::move(properties));
  if (options_.will) {
    connect.set_will(paho_will(*options_.will));
  }
  if (!options_.tls.ca.empty()) {
    paho::ssl_options tls;
    tls.set_trust_store(options_.tls.ca);
    tls.set_key_store(options_.tls.certificate);
    tls.set_private_key(options_.tls.key);
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);  // the host name too
    connect.set_ssl(std::move(tls));
  }
  return connect;
}

void PahoClient::connect()
{
  state_ = State::connecting;
  callback_attempt_ = ++attempt_;
  try {
    client_->connect(connect_options(), nullptr, connect_outcome_);
    watch_connect();
  } catch (const paho::exception& error) {
    lost(attempt_, Error{ErrorCode::disconnected, std::string{"connect: "} + error.what()}, {});
  }
}

void PahoClient::watch_connect()
{
  timer_.expires_after(options_.connect_timeout + connect_watchdog_grace);
  timer_.async_wait([this, attempt = attempt_](boost::system::error_code cancelled) {
    if (!cancelled && state_ == State::connecting) {
      send_disconnect();
      lost(attempt, Error{ErrorCode::timed_out, "connect: no answer from the broker"}, {});
    }
  });
}

void PahoClient::connected(std::uint64_t attempt)
{
  if (attempt != attempt_ || state_ != State::connecting) {
    return;
  }
  state_ = State::connected;
  ever_connected_ = true;
  timer_.cancel();
  const std::string broker = options_.brokers[backoff_.next_broker()];
  backoff_.connected();
  listener_->on_connected(broker);
  flush();
}

void PahoClient::lost(std::uint64_t attempt, const Error& why, std::chrono::milliseconds least_pause)
{
  const bool current = attempt == attempt_ && (state_ == State::connecting || state_ == State::connected);
  if (!current) {
    return;
  }
  const std::string broker = options_.brokers[backoff_.next_broker()];
  pause_then_connect(std::max(least_pause, backoff_.next_pause(random_fraction())));
  listener_->on_disconnected(why.with_context(broker));
}

void PahoClient::pause_then_connect(std::chrono::milliseconds pause)
{
  state_ = State::pausing;
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && state_ == State::pausing) {
      connect();
    }
  });
}

void PahoClient::subscribe(std::vector<Subscription> subscriptions)
{
  for (auto& wanted : subscriptions) {
    auto& outcome = subscribe_outcomes_[wanted.topic_filter];
    if (!outcome) {
      outcome = std::make_unique<Outcome>(
          [this, topic = wanted.topic_filter](const paho::token& token) {
            const auto codes = token.get_subscribe_response().get_reason_codes();
            if (!codes.empty() && codes.front() >= paho::ReasonCode::UNSPECIFIED_ERROR &&
                codes.front() != paho::ReasonCode::MQTTPP_V3_CODE) {
              post([this, topic, why = error_of("subscribe to " + topic, codes.front())] {
                listener_->on_refused(topic, why);
              });
            }
          },
          [this, topic = wanted.topic_filter](const paho::token& token) {
            const int code = failure_code(token);
            if (code >= paho::ReasonCode::UNSPECIFIED_ERROR) {
              post([this, topic, why = error_of("subscribe to " + topic, code)] {
                listener_->on_refused(topic, why);
              });
            }
          });
    }
    try {
      client_->subscribe(wanted.topic_filter, static_cast<int>(wanted.qos), nullptr, *outcome);
    } catch (const paho::exception&) {
      // The connection has just fallen; on_connected comes again and with it the next try.
    }
  }
}

void PahoClient::publish(Message message)
{
  if (state_ == State::connected && outbox_.empty()) {
    send(std::move(message));
  } else if (message.qos == Qos::at_least_once) {
    outbox_.push(std::move(message));
  } else {
    ++dropped_without_session_;
  }
}

void PahoClient::send(Message message)
{
  try {
    client_->publish(paho_message(message), nullptr, publish_outcome_);
  } catch (const paho::exception&) {
    // Not connected any more, or Paho's buffer is full: kept for the next flush.
    if (message.qos == Qos::at_least_once) {
      outbox_.push_front(std::move(message));
    } else {
      ++dropped_without_session_;
    }
  }
}

void PahoClient::flush()
{
  const auto dropped_before = outbox_.dropped();
  std::size_t budget = Outbox::max_messages;
  while (state_ == State::connected && !outbox_.empty() && budget-- > 0 &&
         outbox_.dropped() == dropped_before) {
    send(outbox_.pop());
  }
}

void PahoClient::send_disconnect()
{
  try {
    client_->disconnect(std::chrono::milliseconds{0});
  } catch (const paho::exception&) {
    // It was not connected, which is what was wanted.
  }
}

void PahoClient::reconnect_after(std::chrono::milliseconds pause)
{
  if (state_ == State::closed) {
    return;
  }
  send_disconnect();
  callback_attempt_ = ++attempt_;
  pause_then_connect(pause);
}

void PahoClient::close(std::chrono::milliseconds patience)
{
  const bool was_connected = state_ == State::connected;
  state_ = State::closed;
  timer_.cancel();
  if (!was_connected) {
    return;
  }
  try {
    client_->disconnect(patience)->wait_for(patience);
  } catch (const paho::exception&) {
    // The connection fell on its own; there is nobody left to say goodbye to.
  }
}

}  // namespace

std::unique_ptr<MqttClient> make_paho_client(asio::any_io_executor executor, ConnectionOptions options)
{
  return std::make_unique<PahoClient>(std::move(executor), std::move(options));
}

}  // namespace muster::mqtt
