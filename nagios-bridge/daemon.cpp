// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/daemon.hpp"

#include <csignal>
#include <filesystem>
#include <limits>
#include <utility>

#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace log = runtime::log;

namespace {

constexpr std::size_t session_length = 12;

// Brokers know connections by their client ids; `suffix` tells the second one of the bridge apart.
mqtt::ConnectionOptions connection_options(const Settings& settings, const std::string& suffix)
{
  mqtt::ConnectionOptions options;
  options.brokers = settings.connection.brokers;
  options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
  options.client_id = settings.identity + suffix;
  // A fleet's presences and results at once: a broker that may send fewer drops what it cannot queue.
  options.receive_maximum = std::numeric_limits<std::uint16_t>::max();
  return options;
}

// Its will waits: what is back within the delay was never gone.
mqtt::ConnectionOptions node_connection_options(const Settings& settings)
{
  auto options = connection_options(settings, "");
  options.session_expiry = node::Node::session_expiry;
  return options;
}

Expected<runtime::LockFile> lock_state(const std::filesystem::path& folder)
{
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    return failure(
        failed == std::errc::no_space_on_device ? ErrorCode::io_failure : ErrorCode::invalid_input,
        "cannot make " + folder.string() + ": " + failed.message() +
            "; set state_dir, or make it writable to this user");
  }
  auto lock = runtime::LockFile::take(folder / "lock");
  if (!lock && lock.error().code == ErrorCode::denied) {
    return failure(
        ErrorCode::denied,
        "another nagios-bridge uses this state_dir: " + lock.error().message +
            "; stop it, or set another one");
  }
  return lock;
}

std::vector<std::string> names_of(const std::vector<SinkSettings>& sinks)
{
  std::vector<std::string> names;
  names.reserve(sinks.size());
  for (const auto& sink : sinks) {
    names.push_back(sink.name);
  }
  return names;
}

}  // namespace

Expected<std::unique_ptr<Daemon>> Daemon::make(const Settings& settings)
{
  auto key = read_key(settings);
  if (!key) {
    return tl::unexpected{key.error()};
  }
  auto lock = lock_state(settings.state_dir);
  if (!lock) {
    return tl::unexpected{lock.error()};
  }
  auto queue = Queue::open(settings.queue_file(), settings.queue, names_of(settings.sinks), wall_clock_now());
  if (!queue) {
    return tl::unexpected{queue.error()};
  }
  std::unique_ptr<Daemon> daemon{new Daemon{settings, *key, std::move(*lock), std::move(*queue)}};
  if (auto made = daemon->make_sinks(); !made) {
    return tl::unexpected{made.error()};
  }
  if (!settings.nrpe_listeners.empty()) {
    daemon->make_doors(*key);
  }
  daemon->make_active_checks(std::move(*key));
  return daemon;
}

Daemon::Daemon(
    Settings settings, protocol::SecretKey key, runtime::LockFile lock, std::unique_ptr<Queue> queue)
    : settings_{std::move(settings)},
      lock_{std::move(lock)},
      stop_signals_{loop_, SIGINT, SIGTERM},
      hangups_{loop_, SIGHUP},
      watchdog_timer_{loop_},
      look_timer_{loop_},
      systemd_{runtime::SystemdNotify::take_from_environment()},
      queue_{std::move(queue)},
      client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings_, ".intake"))},
      intake_{
          loop_.get_executor(),
          *client_,
          *queue_,
          {std::move(key),
           protocol::Topics{settings_.topic_dots_as_underscores},
           protocol::random_word(session_length)},
          settings_.intake},
      node_client_{mqtt::make_paho_client(loop_.get_executor(), node_connection_options(settings_))},
      node_{
          loop_.get_executor(),
          *node_client_,
          {settings_.identity, {}, {}, protocol::Topics{settings_.topic_dots_as_underscores}},
          agents_},
      started_{wall_clock_now()}
{}

Daemon::~Daemon() = default;

Expected<void> Daemon::make_sinks()
{
  constexpr int missed = 3;  // own results that may be late before a monitor calls them stale
  const OwnNames own{
      settings_.identity,
      settings_.own_check.host,
      settings_.own_check.service,
      std::chrono::ceil<std::chrono::seconds>(missed * settings_.own_check.every)};
  for (const auto& sink : settings_.sinks) {
    auto feed =
        std::make_unique<QueueFeed>(*queue_, sink.name, sink.naming, own, [this] { intake_.store_soon(); });
    auto made = sink.make({loop_.get_executor(), *feed, sink.name, settings_.state_dir});
    if (!made) {
      return tl::unexpected{made.error().with_context("sink " + sink.name)};
    }
    outlets_.push_back({sink.name, sink.kind, std::move(feed), std::move(*made)});
  }
  return {};
}

// A session of its own: a burst of results does not hold up those who wait for an answer.
void Daemon::make_doors(protocol::SecretKey key)
{
  asking_client_ = mqtt::make_paho_client(loop_.get_executor(), connection_options(settings_, ".asking"));
  asking_ = std::make_unique<AskingSession>(
      loop_.get_executor(),
      *asking_client_,
      AskingSession::Identity{
          std::move(key),
          protocol::Topics{settings_.topic_dots_as_underscores},
          protocol::random_word(session_length)});
  for (const auto& door : settings_.nrpe_listeners) {
    doors_.push_back(std::make_unique<NrpeDoor>(loop_.get_executor(), door, *asking_));
  }
}

void Daemon::make_active_checks(protocol::SecretKey key)
{
  if (settings_.nagios_workers.empty()) {
    return;
  }
  active_checks_ = std::make_unique<ActiveChecks>(
      loop_.get_executor(),
      mqtt::make_paho_client(loop_.get_executor(), connection_options(settings_, ".checks")),
      fleet::SessionIdentity{
          std::move(key),
          protocol::Topics{settings_.topic_dots_as_underscores},
          protocol::random_word(session_length)},
      settings_.nagios_workers);
}

Expected<void> Daemon::start()
{
  intake_.tell(
      [this] {
        for (auto& outlet : outlets_) {
          outlet.sink->wake();
        }
      },
      [this] { look(); });
  for (auto& outlet : outlets_) {
    if (auto started = outlet.sink->start(); !started) {
      return tl::unexpected{started.error().with_context("sink " + outlet.name)};
    }
  }
  if (auto started = intake_.start(); !started) {
    return started;
  }
  if (asking_) {
    asking_->start();
  }
  if (active_checks_) {
    active_checks_->start();
  }
  node_.agents_changed();
  node_.start();
  return {};
}

Expected<void> Daemon::run()
{
  wait_for_signals();
  wait_for_hangups();
  feed_watchdog();
  if (auto started = start(); !started) {
    return started;
  }
  look_regularly();
  static_cast<void>(systemd_.ready());
  loop_.run();
  stop();
  return {};
}

// The sinks first: what they still say is stored with the rest.
void Daemon::stop()
{
  if (active_checks_) {
    active_checks_->stop();
  }
  for (auto& outlet : outlets_) {
    outlet.sink->stop();
  }
  doors_.clear();
  if (asking_) {
    asking_->stop();
  }
  node_.stop();
  intake_.stop();
  auto last = health();
  last.stopped = true;
  last.summary = "stopped";
  write_files(last);
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

void Daemon::wait_for_hangups()
{
  hangups_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) {
      log::info("SIGHUP: the configuration is read at the start; a restart takes it, and loses nothing");
      wait_for_hangups();
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

}  // namespace muster::bridge
