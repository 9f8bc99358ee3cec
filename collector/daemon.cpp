// SPDX-License-Identifier: Apache-2.0
#include "collector/daemon.hpp"

#include <csignal>
#include <filesystem>
#include <limits>
#include <utility>

#include "collector/fleet_measurements.hpp"
#include "collector/operator_agent.hpp"
#include "collector/web_record.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

namespace {

constexpr std::size_t session_length = 12;
// Of the connection whose will tells another collector to take over: the broker sends it after one and a half
// of these and the delay of the will.
constexpr std::chrono::seconds service_keep_alive{10};

// Brokers know connections by their client ids; `suffix` tells the second one of the collector apart.
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
mqtt::ConnectionOptions service_connection_options(const Settings& settings)
{
  auto options = connection_options(settings, "");
  options.keep_alive = service_keep_alive;
  options.session_expiry = node::Node::session_expiry;
  return options;
}

ServiceNode::Options node_options(const Settings& settings)
{
  return {
      settings.identity,
      settings.trusted_callers,
      settings.policies,
      settings.audit_log,
      settings.audit,
      protocol::Topics{settings.topic_dots_as_underscores},
      operator_acts()};
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
      tidy_timer_{loop_},
      look_timer_{loop_},
      systemd_{runtime::SystemdNotify::take_from_environment()},
      store_{std::move(store)},
      keep_events_{settings.keep_events},
      client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings, ".intake"))},
      intake_{
          loop_.get_executor(),
          *client_,
          store_,
          {std::move(key),
           protocol::Topics{settings.topic_dots_as_underscores},
           protocol::random_word(session_length)},
          state_rules(settings)},
      notifier_{loop_.get_executor(), intake_.book(), store_, settings.identity, settings.receivers},
      history_{loop_.get_executor(), settings.history},
      schedules_{loop_.get_executor(), intake_, settings.schedules},
      lease_{loop_.get_executor(), settings.identity, settings.group},
      care_{loop_.get_executor(), intake_, lease_, settings.identity, settings.group},
      board_{settings.identity, intake_, store_, history_, schedules_, lease_, care_},
      node_{
          loop_.get_executor(),
          mqtt::make_paho_client(loop_.get_executor(), service_connection_options(settings)),
          node_options(settings)},
      web_on_{settings.web_on},
      web_settings_{settings.web}
{
  connect_parts();
}

void Daemon::connect_parts()
{
  Intake::Followers followers;
  followers.measured = [this](std::vector<Measurement> measurements) {
    fleet_values_.take(measurements);
    history_.add(std::move(measurements));
  };
  followers.happened = [this](const std::vector<StoredEvent>& events) { board_.happened(events); };
  followers.forgotten = [this](const std::string& node) {
    history_.forget(node);
    fleet_values_.forget(node);
  };
  followers.storing = [this](Batch& batch) { notifier_.add_to(batch); };
  followers.stored = [this] { notifier_.stored(); };
  followers.can_store = [this](bool) { tell_health(); };
  connect_lease(followers);
  intake_.tell(std::move(followers));
  board_.watch(notifier_);
  add_operator_agent(node_.agents(), board_);
}

void Daemon::connect_lease(Intake::Followers& followers)
{
  followers.connection = [this](bool stands) { lease_.connection(stands); };
  followers.service =
      [this](const std::string& name, const protocol::Presence* presence, std::chrono::seconds age) {
        if (presence == nullptr) {
          lease_.forget(name);
        } else {
          lease_.take(*presence, age);
        }
        care_.take(name, presence);
      };
  followers.answered = [this](const protocol::Answer& answer) { return care_.take(answer); };
  lease_.on_announce([this](const LeaseNotice& notice) { node_.announce(notice); });
  lease_.on_duty([this](Duty duty) {
    schedules_.set_duty(duty);
    // While nobody asks two may tell the same, which is better than nobody.
    notifier_.set_active(duty == Duty::ask || duty == Duty::hold);
  });
}

Daemon::~Daemon() = default;

Expected<void> Daemon::start()
{
  if (auto started = intake_.start(); !started) {
    return started;
  }
  if (web_on_) {
    auto web = web::Web::start(loop_.get_executor(), board_, web_settings_, [this](const web::Act& act) {
      put_on_record(node_.audit(), act);
    });
    if (!web) {
      return tl::unexpected{web.error()};
    }
    web_ = std::move(*web);
  }
  if (auto started = notifier_.start(); !started) {
    return started;
  }
  lease_.start();
  care_.start();
  schedules_.start();
  return node_.start();
}

Expected<void> Daemon::run()
{
  wait_for_signals();
  feed_watchdog();
  if (auto started = start(); !started) {
    return started;
  }
  tidy_regularly();
  look_regularly();
  static_cast<void>(systemd_.ready());
  loop_.run();
  schedules_.stop();
  notifier_.stop();
  care_.stop();
  lease_.stop();
  node_.stop();
  intake_.stop();
  return {};
}

void Daemon::tidy()
{
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (const auto removed = store_.remove_events_before(now - keep_events_, most_removed); !removed) {
    log::warning(removed.error().message);
  }
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  history_.add(fleet_measurements(intake_.book(), second));
  history_.add(fleet_values_.measurements(second));
}

void Daemon::tell_health()
{
  lease_.set_ready(intake_.problem().empty());
  board_.look_at_itself();
  node_.set_health("collector", board_.health().problems);
}

void Daemon::look_regularly()
{
  look_timer_.expires_after(look_every);
  look_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      tell_health();
      look_regularly();
    }
  });
}

void Daemon::tidy_regularly()
{
  tidy_timer_.expires_after(tidy_every);
  tidy_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      tidy();
      tidy_regularly();
    }
  });
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
