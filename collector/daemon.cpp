// SPDX-License-Identifier: Apache-2.0
#include "collector/daemon.hpp"

#include <csignal>
#include <filesystem>
#include <limits>
#include <utility>

#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

namespace {

constexpr std::size_t session_length = 12;

mqtt::ConnectionOptions connection_options(const Settings& settings)
{
  mqtt::ConnectionOptions options;
  options.brokers = settings.connection.brokers;
  options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
  options.client_id = settings.identity;
  // A fleet's presences and results at once: a broker that may send fewer drops what it cannot queue.
  options.receive_maximum = std::numeric_limits<std::uint16_t>::max();
  return options;
}

Expected<Store> open_store(const std::filesystem::path& folder)
{
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot make " + folder.string() + ": " + failed.message());
  }
  return Store::open(folder / "collector.db");
}

}  // namespace

Expected<std::unique_ptr<Daemon>> Daemon::make(const Settings& settings)
{
  auto key = read_key(settings);
  if (!key) {
    return tl::unexpected{key.error()};
  }
  auto store = open_store(settings.state_dir);
  if (!store) {
    return tl::unexpected{store.error()};
  }
  return std::unique_ptr<Daemon>{new Daemon{settings, std::move(*key), std::move(*store)}};
}

Daemon::Daemon(const Settings& settings, protocol::SecretKey key, Store store)
    : stop_signals_{loop_, SIGINT, SIGTERM},
      watchdog_timer_{loop_},
      systemd_{runtime::SystemdNotify::take_from_environment()},
      store_{std::move(store)},
      client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings))},
      intake_{
          loop_.get_executor(),
          *client_,
          store_,
          {std::move(key),
           protocol::Topics{settings.topic_dots_as_underscores},
           protocol::random_word(session_length)}}
{}

Daemon::~Daemon() = default;

Expected<void> Daemon::run()
{
  wait_for_signals();
  feed_watchdog();
  if (auto started = intake_.start(); !started) {
    return started;
  }
  static_cast<void>(systemd_.ready());
  loop_.run();
  intake_.stop();
  return {};
}

void Daemon::wait_for_signals()
{
  stop_signals_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) {
      log::info("stopping");
      static_cast<void>(systemd_.stopping());
      loop_.stop();
    }
  });
}

void Daemon::feed_watchdog()
{
  const auto timeout = systemd_.watchdog_timeout();
  if (!timeout) {
    return;
  }
  watchdog_timer_.expires_after(*timeout / 2);
  watchdog_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      static_cast<void>(systemd_.watchdog());
      feed_watchdog();
    }
  });
}

}  // namespace muster::collector
