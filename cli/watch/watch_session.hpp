// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/watch/status_polling.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/fleet/service_session.hpp"

namespace muster::cli {

// The loop of `mco watch`: it carries the questions of a StatusPolling over one connection, and tells its
// owner when there may be something new to see. Never destroyed once it has run, as Paho's threads would be
// waited for: the program ends. One thread; run() blocks it.
class WatchSession {
public:
  enum class Ending { quit, interrupted, time_over, hopeless };

  // `changed` after each event and at least once a second.
  WatchSession(
      const client::ClientSettings& settings,
      protocol::SecretKey key,
      const StatusPolling::Settings& polling,
      std::function<void()> changed);

  // Until quit(), Ctrl-C (SIGTERM, SIGHUP, SIGQUIT), the length or that there is no point in going on.
  Ending run(std::optional<std::chrono::milliseconds> length);

  void quit() { end(Ending::quit); }

  // To be called after something was asked of the polling.
  void look_again();

  [[nodiscard]] StatusPolling& polling() { return polling_; }

  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

  [[nodiscard]] static Moment now();

private:
  [[nodiscard]] fleet::ServiceSession::Events events();
  void ask(const StatusPolling::Ask& question);
  void wait();
  void end(Ending ending);

  template <typename Work>
  void happened(Work work);

  boost::asio::io_context loop_{1};
  std::string session_name_;
  std::unique_ptr<mqtt::MqttClient> client_;
  StatusPolling polling_;
  std::chrono::milliseconds patience_;
  std::function<void()> changed_;
  fleet::ServiceSession session_;
  boost::asio::signal_set interrupts_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer length_;
  std::optional<Ending> ending_;
};

}  // namespace muster::cli
