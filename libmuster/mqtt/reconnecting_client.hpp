// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/mqtt/connection.hpp"
#include "libmuster/mqtt/outbox.hpp"
#include "libmuster/mqtt/reconnect_backoff.hpp"

namespace muster::mqtt {

// An MqttClient out of one Connection after another: which broker is tried when, which try has taken too
// long, what waits in the outbox, and what is sent again. Uniform numbers in [0, 1) come from `random`, so
// that a test can say what they are.
class ReconnectingClient final : public MqttClient, private ConnectionEvents {
public:
  using Random = std::function<double()>;

  // Two programs with one client id throw each other out for ever unless they slow down.
  static constexpr std::chrono::milliseconds taken_over_pause{20'000};

  // So many sessions in a row that fell at once, and the listener is told what that looks like.
  static constexpr int suspicious_short_sessions = 3;

  // Throws std::invalid_argument if there is no broker to connect to.
  ReconnectingClient(
      const boost::asio::any_io_executor& executor,
      ConnectionOptions options,
      MakeConnection make_connection,
      Random random);

  void start(MqttListener& listener) override;
  void subscribe(std::vector<Subscription> subscriptions) override;
  void publish(Message message) override;

  void set_will(std::optional<Will> will) override { options_.will = std::move(will); }

  void reconnect_after(std::chrono::milliseconds pause) override;
  void close(std::chrono::milliseconds patience) override;

  [[nodiscard]] BrokerLimits limits() const override { return limits_; }

  [[nodiscard]] std::uint64_t dropped() const override
  {
    return outbox_.dropped() + dropped_without_session_;
  }

private:
  enum class State { idle, connecting, connected, pausing, closed };

  void on_limits(const BrokerLimits& limits) override { limits_ = limits; }

  void on_open(std::size_t window) override;
  void on_closed(const Error& why, bool taken_over) override;
  void on_acknowledged(std::uint64_t id) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(Message message) override;

  void connect();
  void give_up_connecting();
  void lost(Error why, std::chrono::milliseconds least_pause);
  void end_connection();
  void pause_then_connect(std::chrono::milliseconds pause);
  void send(Message message);
  void flush();
  void send_the_rest(std::chrono::milliseconds patience);
  void stop_waiting();

  template <typename Work>
  void after(std::chrono::milliseconds delay, Work work);

  ConnectionOptions options_;
  MakeConnection make_connection_;
  Random random_;
  MqttListener* listener_ = nullptr;
  State state_ = State::idle;
  ReconnectBackoff backoff_;
  std::chrono::steady_clock::time_point connected_at_{};
  BrokerLimits limits_;

  Outbox outbox_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Message> in_flight_;  // QoS 1, not yet acknowledged, in the order of sending
  std::size_t window_ = 0;                      // how many of them the broker takes
  std::uint64_t dropped_without_session_ = 0;

  boost::asio::steady_timer timer_;
  std::shared_ptr<std::uint64_t> timer_round_ = std::make_shared<std::uint64_t>(0);
  std::unique_ptr<Connection> connection_;
};

}  // namespace muster::mqtt
