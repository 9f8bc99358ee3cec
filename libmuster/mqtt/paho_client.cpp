// SPDX-License-Identifier: Apache-2.0
//
// The only file, with its conversions, that includes Paho. Its rules, each for a fault seen with Paho
// C 1.3.12 and C++ 1.2.0:
//  * every callback only posts to our executor. A wait or a call back into Paho there deadlocks.
//  * callbacks are set once, before the connect, and never changed.
//  * one client for one connection. Its reconnect has no jitter, does not subscribe again and does not retry
//    the first connect; a second connect() overtakes a disconnect() in its queue, cannot call off one that is
//    under way, and is slower by up to a second, because the thread that reads has got used to long waits.
//  * MQTT 5 is said twice, when creating and when connecting; clean_start, never clean_session.
//  * TCP_NODELAY is set by hand after every connect, else Nagle and delayed ACK add 40 ms to each QoS 1
//  reply.
//  * the limit of buffered messages counts while connected too, and is 100 unless raised.
//  * a publish beyond the broker's receive maximum (mosquitto: 20) waits for a tick that comes every second,
//  so
//    no more than that are handed over.
//  * a disconnect() with messages in flight waits for a tick that comes every 3 s, and a program that ends
//    before that has its will published: what is in flight is awaited here.
//  * http_proxy is honoured for MQTT: the variables are removed.
//  * no error handler for TLS: Paho calls it through a pointer to options that are gone by then, whoever
//  keeps his own.
//  * it writes down what it does for a trace that nobody reads, and formats the time for each packet: it is
//    told to note errors only.
//  * a failed connect has no reason: it is found out by connecting again (connect_diagnosis.hpp), but not in
//    the callback, where Paho holds the lock that everything else of it waits for.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <mqtt/async_client.h>

#include "libmuster/mqtt/arrivals.hpp"
#include "libmuster/mqtt/connect_diagnosis.hpp"
#include "libmuster/mqtt/in_flight.hpp"
#include "libmuster/mqtt/nagle.hpp"
#include "libmuster/mqtt/paho_conversions.hpp"
#include "libmuster/mqtt/paho_waits.hpp"
#include "libmuster/mqtt/reason_code.hpp"
#include "libmuster/mqtt/reconnecting_client.hpp"

namespace muster::mqtt {
namespace asio = boost::asio;
namespace paho = ::mqtt;
using std::chrono::milliseconds;

namespace {

// Of QoS 0, which has no window; Paho's own default loses messages at 100.
constexpr int paho_buffered_messages = 100'000;

// More do not make it faster, and Paho walks through all of them for every one.
constexpr std::size_t widest_window = 1000;

// What Paho says of every failure below MQTT.
constexpr std::string_view no_reason = "TCP/TLS connect failure";

// What a DISCONNECT takes when nothing is in flight: it goes into an idle socket.
constexpr milliseconds goodbye{100};

// MQTT's reason, or 0 if the broker has not said any.
int bad_reason(const paho::token& token)
{
  const int reason = token.get_reason_code();
  const bool of_the_broker = reason >= first_bad_reason && reason != paho::ReasonCode::MQTTPP_V3_CODE;
  // A CONNACK that says no has its reason in the return code.
  const int code = of_the_broker ? reason : token.get_return_code();
  return code >= first_bad_reason ? code : 0;
}

// MQTT 3.1.1, section 3.2.2.3: whoever refuses in these numbers knows no other protocol.
bool is_refused_by_an_old_broker(const paho::token& token)
{
  constexpr int first_of_the_old = 1;
  constexpr int last_of_the_old = 5;
  const int code = token.get_return_code();
  return code >= first_of_the_old && code <= last_of_the_old;
}

Error connect_error(const paho::token& token)
{
  if (const int reason = bad_reason(token)) {
    return refusal("connect", reason);
  }
  if (is_refused_by_an_old_broker(token)) {
    return refusal("connect", unsupported_protocol);
  }
  try {
    token.get_connect_response();  // the only way to the message: it throws it
  } catch (const paho::exception& error) {
    if (!error.get_message().empty()) {
      return {ErrorCode::disconnected, "connect: " + error.get_message()};
    }
  }
  return {ErrorCode::disconnected, "connect: " + std::string{no_reason}};
}

// How many QoS 1 messages the broker takes at once, less one for a SUBSCRIBE, which Paho counts too.
std::size_t window_of(const BrokerLimits& limits)
{
  const std::size_t taken = limits.receive_maximum.value_or(widest_window + 1);
  return std::clamp<std::size_t>(taken, 2, widest_window + 1) - 1;
}

// Calls a function of ours, on Paho's thread, when an action of Paho's has ended.
class Outcome final : public paho::iaction_listener {
public:
  using On = std::function<void(const paho::token&)>;

  Outcome(On success, On failure) : success_{std::move(success)}, failure_{std::move(failure)} {}

  void on_success(const paho::token& token) override { success_(token); }

  void on_failure(const paho::token& token) override { failure_(token); }

private:
  On success_;
  On failure_;
};

class PahoConnection final : public Connection {
public:
  PahoConnection(
      asio::any_io_executor executor,
      ConnectionEvents& events,
      const ConnectionOptions& options,
      const std::string& broker,
      std::shared_ptr<ConnectDiagnosis> diagnosis);

  void subscribe(const Subscription& wanted) override;
  void publish(const Message& message, std::uint64_t id) override;
  void close() override;

  void drain(milliseconds patience) override { in_flight_.wait_until_none(patience); }

private:
  void set_callbacks();
  Outcome& outcome_of_subscribing_to(const std::string& topic);
  void deliver();
  void opened(const paho::token& token);
  void ended(const Error& why, bool taken_over = false);
  void failed_to_connect(const Error& why);
  void acknowledged(const paho::token& token);
  void tell_refused(const std::string& what, const std::string& topic, int reason);

  // Runs `work` on the executor, unless this is gone by then. Called on Paho's threads.
  template <typename Work>
  void post(Work work)
  {
    asio::post(executor_, [alive = observer_, work = std::move(work)]() mutable {
      if (alive.lock()) {
        work();
      }
    });
  }

  asio::any_io_executor executor_;
  ConnectionEvents& events_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::weak_ptr<bool> observer_ = alive_;  // copied on Paho's threads
  InFlight in_flight_;
  Arrivals arrivals_;
  std::string broker_;
  TlsFiles tls_;
  std::shared_ptr<ConnectDiagnosis> diagnosis_;

  Outcome connect_outcome_;
  Outcome publish_outcome_;
  std::map<std::string, std::unique_ptr<Outcome>> subscribe_outcomes_;  // Paho holds plain pointers to them
  paho::async_client client_;  // last: no callback comes after its end, which sends the DISCONNECT
};

paho::create_options create_options()
{
  ::unsetenv("http_proxy");   // NOLINT(concurrency-mt-unsafe): nobody else reads it
  ::unsetenv("https_proxy");  // NOLINT(concurrency-mt-unsafe)
  ::MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
  paho::create_options create{MQTTVERSION_5};
  create.set_max_buffered_messages(paho_buffered_messages);
  return create;
}

PahoConnection::PahoConnection(
    asio::any_io_executor executor,
    ConnectionEvents& events,
    const ConnectionOptions& options,
    const std::string& broker,
    std::shared_ptr<ConnectDiagnosis> diagnosis)
    : executor_{std::move(executor)},
      events_{events},
      broker_{broker},
      tls_{options.tls},
      diagnosis_{std::move(diagnosis)},
      connect_outcome_{
          [this](const paho::token& token) { opened(token); },
          [this](const paho::token& token) { failed_to_connect(connect_error(token)); }},
      publish_outcome_{
          [this](const paho::token& token) { acknowledged(token); },
          [this](const paho::token& token) { acknowledged(token); }},
      client_{broker, options.client_id, create_options(), nullptr}
{
  set_callbacks();
  try {
    client_.connect(paho_connect(options, broker), nullptr, connect_outcome_);
  } catch (const paho::exception& error) {
    ended({ErrorCode::disconnected, std::string{"connect: "} + error.what()});
  }
}

void PahoConnection::set_callbacks()
{
  client_.set_message_callback([this](const paho::const_message_ptr& message) {
    if (message && arrivals_.put(our_message(*message))) {
      post([this] { deliver(); });
    }
  });
  client_.set_connection_lost_handler([this](const std::string& cause) {
    ended({ErrorCode::disconnected, cause.empty() ? "connection lost" : "connection lost: " + cause});
  });
  client_.set_disconnected_handler([this](const paho::properties&, paho::ReasonCode reason) {
    ended(refusal("disconnected by the broker", reason), reason == session_taken_over);
  });
}

// Whoever takes a message may end the connection with it.
void PahoConnection::deliver()
{
  const auto alive = observer_;
  for (auto& message : arrivals_.take()) {
    events_.on_message(std::move(message));
    if (alive.expired()) {
      return;
    }
  }
}

void PahoConnection::opened(const paho::token& token)
{
  disable_nagle_on_every_socket();
  post([this, limits = our_limits(token.get_connect_response().get_properties())] {
    events_.on_limits(limits);
    events_.on_open(window_of(limits));
  });
}

void PahoConnection::ended(const Error& why, bool taken_over)
{
  post([this, why, taken_over] { events_.on_closed(why, taken_over); });
}

void PahoConnection::failed_to_connect(const Error& why)
{
  if (why.message.find(no_reason) == std::string::npos) {
    ended(why);
    return;
  }
  post([this, why] {
    diagnosis_->find(broker_, tls_, [this, alive = observer_, why](const std::string& reason) {
      if (alive.lock()) {
        events_.on_closed(reason.empty() ? why : Error{why.code, "connect: " + reason}, false);
      }
    });
  });
}

void PahoConnection::tell_refused(const std::string& what, const std::string& topic, int reason)
{
  post([this, topic, why = refusal(what + topic, reason)] { events_.on_refused(topic, why); });
}

Outcome& PahoConnection::outcome_of_subscribing_to(const std::string& topic)
{
  auto& outcome = subscribe_outcomes_[topic];
  if (!outcome) {
    outcome = std::make_unique<Outcome>(
        [](const paho::token&) {},
        [this, topic](const paho::token& token) {
          if (const int reason = bad_reason(token)) {
            tell_refused("subscribe to ", topic, reason);
          }  // else the connection fell; that is told elsewhere
        });
  }
  return *outcome;
}

void PahoConnection::subscribe(const Subscription& wanted)
{
  try {
    auto& outcome = outcome_of_subscribing_to(wanted.topic_filter);
    client_.subscribe(wanted.topic_filter, static_cast<int>(wanted.qos), nullptr, outcome);
  } catch (const paho::exception&) {
    // The connection has just fallen; that is told elsewhere.
  }
}

void PahoConnection::publish(const Message& message, std::uint64_t id)
{
  if (message.qos == Qos::at_most_once) {
    try {
      client_.publish(paho_message(message));
    } catch (const paho::exception&) {
      // The connection has just fallen or does not move; nobody is told of a lost QoS 0 message.
    }
    return;
  }
  in_flight_.add();
  try {
    // NOLINTNEXTLINE(performance-no-int-to-ptr,cppcoreguidelines-pro-type-reinterpret-cast): never followed
    auto* carried = reinterpret_cast<void*>(id);
    client_.publish(paho_message(message), carried, publish_outcome_);
  } catch (const paho::exception& error) {
    in_flight_.remove();
    if (error.get_return_code() == MQTTASYNC_BAD_UTF8_STRING) {
      post([this, topic = message.topic, id] {
        events_.on_acknowledged(id);
        events_.on_refused(topic, {ErrorCode::invalid_input, "publish: the topic is not valid UTF-8"});
      });
    }  // else the connection has just fallen; that is told elsewhere
  }
}

void PahoConnection::acknowledged(const paho::token& token)
{
  in_flight_.remove();
  const int reason = bad_reason(token);
  if (reason == 0 && token.get_return_code() != 0) {
    return;  // the connection fell; that is told elsewhere
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): see publish()
  post([this, id = reinterpret_cast<std::uint64_t>(token.get_user_context())] {
    events_.on_acknowledged(id);
  });
  if (reason != 0) {
    const auto topics = token.get_topics();
    tell_refused("publish to ", topics && !topics->empty() ? (*topics)[0] : std::string{}, reason);
  }
}

void PahoConnection::close()
{
  try {
    client_.disconnect(0)->wait_for(goodbye);
  } catch (const paho::exception&) {
    // The connection fell on its own; there is nobody left to say goodbye to.
  }
}

double random_fraction()
{
  static std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

}  // namespace

std::unique_ptr<MqttClient> make_paho_client(const asio::any_io_executor& executor, ConnectionOptions options)
{
  shorten_paho_waits();
  const auto make_connection =
      [executor, diagnosis = std::make_shared<ConnectDiagnosis>(executor)](
          ConnectionEvents& events, const ConnectionOptions& connect, const std::string& broker) {
        return std::make_unique<PahoConnection>(executor, events, connect, broker, diagnosis);
      };
  return std::make_unique<ReconnectingClient>(executor, std::move(options), make_connection, random_fraction);
}

}  // namespace muster::mqtt
