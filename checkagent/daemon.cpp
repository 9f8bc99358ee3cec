// SPDX-License-Identifier: Apache-2.0
#include "checkagent/daemon.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "checkagent/builtin_facts.hpp"
#include "checkagent/facter.hpp"
#include "checkagent/job_agent.hpp"
#include "checkagent/node_functions.hpp"
#include "checkagent/privileged_agents.hpp"
#include "checkagent/recorder_agent.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace log = runtime::log;
using protocol::Time;

namespace {

// Paho looks at its sockets about once in this time when it is idle; a dead broker is noticed after some
// three.
constexpr std::chrono::seconds keep_alive{30};

// A whole site that gets its power back must not meet its broker at once.
constexpr std::chrono::milliseconds first_connect_spread{500};

mqtt::ConnectionOptions connection_options(const Settings& settings)
{
  mqtt::ConnectionOptions options;
  options.brokers = settings.connection.brokers;
  options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
  options.client_id = settings.identity;
  options.keep_alive = keep_alive;
  options.session_expiry = node::Node::session_expiry;
  options.first_connect_spread = first_connect_spread;
  return options;
}

node::Node::Options node_options(const Settings& settings)
{
  return {
      settings.identity,
      settings.collectives,
      settings.announce,
      protocol::Topics{settings.topic_dots_as_underscores}};
}

FactsSource facts_source(const Settings& settings)
{
  return FactsSource{
      {settings.facts_dir, settings.facts_file},
      [] { return builtin_facts(this_machine()); },
      make_facter(settings.facter)};
}

RunLimits run_limits(const Limits& limits)
{
  return {limits.concurrent_checks, limits.queue};
}

ExternalOptions external_options(const Settings& settings)
{
  return {settings.agents_dir, settings.agents_config_dir, settings.state_dir / "calls"};
}

RecorderSettings recorder_settings(const Settings& settings)
{
  RecorderSettings recorder;
  recorder.folder = settings.state_dir / "recorder";
  recorder.node = settings.identity;
  recorder.limits.results = settings.limits.recorder_results;
  recorder.limits.bytes = settings.limits.recorder_bytes;
  return recorder;
}

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Expected<std::unique_ptr<Daemon>> Daemon::make(Settings settings)
{
  auto lock = NodeLock::take(settings.state_dir, settings.identity);
  if (!lock) {
    return tl::unexpected{lock.error()};
  }
  auto recorder = FlightRecorder::open(recorder_settings(settings), wall_clock_now());
  if (!recorder) {
    return tl::unexpected{recorder.error()};
  }
  std::unique_ptr<Daemon> daemon{new Daemon{std::move(settings), std::move(*lock), std::move(*recorder)}};
  if (const auto loaded = daemon->load_checks(); !loaded) {
    return tl::unexpected{loaded.error()};
  }
  if (const auto loaded = daemon->load_policies(); !loaded) {
    return tl::unexpected{loaded.error()};
  }
  return daemon;
}

Daemon::Daemon(Settings settings, NodeLock lock, FlightRecorder recorder)
    : settings_{std::move(settings)},
      lock_{std::move(lock)},
      queue_{run_limits(settings_.limits)},
      stop_signals_{loop_, SIGINT, SIGTERM},
      reload_signals_{loop_, SIGHUP},
      files_timer_{loop_},
      watchdog_timer_{loop_},
      systemd_{runtime::SystemdNotify::take_from_environment()},
      checks_{
          settings_.nrpe_config,
          [](const CommandTable& table) { return account_of_plugins(table, ::geteuid()); }},
      callers_{settings_.trusted_callers},
      policies_{settings_.policies},
      audit_{
          {settings_.identity, settings_.audit, settings_.audit_required},
          [this](const std::string& line) { return audit_log_->write(line); }},
      recorder_{std::move(recorder)},
      nrpe_{queue_, settings_.limits.output_bytes, [this](const CheckResult& result) { on_result(result); }},
      jobs_{loop_.get_executor(), node::JobStore{settings_.state_dir / "jobs", wall_clock_now()}, agents_},
      client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings_))},
      node_{loop_.get_executor(), *client_, node_options(settings_), agents_},
      external_{
          loop_.get_executor(),
          external_options(settings_),
          agents_,
          [this]() -> const Facts& { return node_.facts(); },
          [this] {
            node_.agents_changed();
            node_.set_health("agents", external_.health());
          }},
      facts_{facts_source(settings_)}
{
  if (settings_.audit != node::AuditMode::off) {
    audit_log_.emplace(settings_.audit_log);
    node_.audit_to(audit_);
  }
  if (settings_.nrpe_listener) {
    listener_ = std::make_unique<NrpeListener>(
        loop_.get_executor(), *settings_.nrpe_listener, settings_.identity, queue_.limits(), nrpe_, audit_);
  }
  add_agents();
  nrpe_.limit_timeout(settings_.limits.check_timeout);
  const auto head = recorder_.head();
  node_.set_position(head.last.epoch, head.last.seq);
}

Daemon::~Daemon() = default;

void Daemon::add_agents()
{
  nrpe_.add_to(agents_);
  add_recorder(agents_, recorder_);
  add_privileged_agents(agents_, settings_.privileged_socket);
  add_rpcutil(agents_, functions_, [this] { return portrait(); });
  add_job_agent(agents_, jobs_, [this](const auto& caller, const auto& agent, const auto& action) {
    return node_.may_call(caller, agent, action);
  });
  jobs_.on_change([this] { tell_job_health(); });
  node_.use(jobs_);
  node_.agents_changed();
  functions_ = built_in_functions(nrpe_, queue_, agents_, settings_.collectives);
  node_.use(functions_);
}

NodePortrait Daemon::portrait() const
{
  const auto& counters = node_.counters();
  const auto count = [](auto number) { return static_cast<std::int64_t>(number); };
  return {
      settings_.identity,
      settings_.collectives,
      node_.facts(),
      node_.classes(),
      node_.health(),
      {{"accepted", count(counters.accepted)},
       {"refused", count(counters.refused)},
       {"dropped", count(counters.dropped)},
       {"not_meant", count(counters.not_meant)},
       {"asked_again", count(counters.asked_again)},
       {"messages_lost", count(client_->dropped())},
       {"checks", count(nrpe_.commands().commands.size())}},
      node_.last_refusals(),
      told_settings(settings_),
      started_};
}

void Daemon::run()
{
  load_callers();
  look_at_listener();
  external_.look();
  gather_facts();
  watch_files();
  wait_for_signals();
  feed_watchdog();
  tell_recorder_health();
  tell_job_health();
  tell_audit_health();
  loop_.run();
  node_.stop();
  recorder_.close();
}

Expected<void> Daemon::load_checks()
{
  auto loaded = checks_.load();
  if (!loaded) {
    return tl::unexpected{loaded.error().with_context(settings_.nrpe_config.string())};
  }
  auto& [reading, account] = *loaded;
  const auto& unused = reading.table.settings.unused_directives;
  std::string names;
  for (const auto& name : unused) {
    if (!settings_.nrpe_listener || !is_listener_directive(name)) {
      names += (names.empty() ? "" : " ") + name;
    }
  }
  if (!names.empty()) {
    log::info(settings_.nrpe_config.string() + ": of no use here and ignored: " + names);
  }
  for (const auto& warning : reading.table.warnings) {
    log::warning(to_string(warning));
  }
  log::info(std::to_string(reading.table.commands.size()) + " checks from " + settings_.nrpe_config.string());
  nrpe_.use(std::move(reading.table), std::move(account));
  node_.set_health("checks", reading.health);
  return {};
}

void Daemon::look_at_listener()
{
  if (listener_) {
    listener_->look();
    node_.set_health("nrpe_listener", listener_->health());
  }
}

void Daemon::load_callers()
{
  callers_.reload();
  log::info(
      std::to_string(callers_.keys().callers()) + " trusted callers in " +
      settings_.trusted_callers.string());
  node_.trust(callers_.keys());
  node_.set_health("callers", callers_.health());
}

Expected<void> Daemon::load_policies()
{
  if (auto loaded = policies_.load(); !loaded) {
    return loaded;
  }
  use_policies();
  return {};
}

void Daemon::use_policies()
{
  for (const auto& warning : policies_.warnings()) {
    log::warning(warning);
  }
  const auto count = policies_.policies().size();
  log::info(
      std::to_string(count) + (count == 1 ? " policy in " : " policies in ") + settings_.policies.string());
  node_.use_policies(policies_.policies());
  node_.set_health("policies", policies_.health());
}

void Daemon::tell_audit_health()
{
  if (audit_log_) {
    const auto& health = audit_log_->health();
    node_.set_health("audit", health ? std::vector<std::string>{*health} : std::vector<std::string>{});
  }
}

void Daemon::gather_facts()
{
  facts_gathered_ = std::chrono::steady_clock::now();
  facts_stamps_ = facts_stamps();
  facts_.start([this](GatheredFacts gathered) {
    asio::post(loop_, [this, gathered = std::move(gathered)]() mutable { use_facts(std::move(gathered)); });
  });
}

void Daemon::use_facts(GatheredFacts gathered)
{
  classes_.take(read_classes(settings_.classes_file));
  if (const auto& problem = classes_.problem()) {
    gathered.problems.push_back(*problem);
  }
  node_.set_health("facts", gathered.problems);
  node_.set_facts(std::move(gathered.facts), classes_.classes());
  if (!node_started_) {
    // Only now: before, a filter by facts would have been answered wrongly.
    node_started_ = true;
    node_.start();
    static_cast<void>(systemd_.ready());
  }
}

void Daemon::on_result(const CheckResult& result)
{
  node_.publish_result(recorder_.record(result, wall_clock_now()));
  tell_recorder_health();
}

void Daemon::tell_recorder_health()
{
  const auto& health = recorder_.health();
  node_.set_health("recorder", health ? std::vector<std::string>{*health} : std::vector<std::string>{});
}

void Daemon::tell_job_health()
{
  const auto& problem = jobs_.store().problem();
  node_.set_health("jobs", problem ? std::vector<std::string>{*problem} : std::vector<std::string>{});
}

// Facts and classes have no watcher of their own; these are their files and the folders that list them.
std::vector<runtime::FileStamp> Daemon::facts_stamps() const
{
  std::vector<runtime::FileStamp> stamps{
      runtime::stamp_of(settings_.facts_dir),
      runtime::stamp_of(settings_.facts_file),
      runtime::stamp_of(settings_.classes_file)};
  if (settings_.classes_file.empty()) {
    for (const auto& file : usual_classes_files()) {
      stamps.push_back(runtime::stamp_of(file));
    }
  }
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator{settings_.facts_dir, failed}) {
    stamps.push_back(runtime::stamp_of(entry.path()));
  }
  return stamps;
}

void Daemon::look_at_files()
{
  if (checks_.due()) {
    if (const auto loaded = load_checks(); !loaded) {
      node_.set_health("checks", {loaded.error().message + "; the checks from before stay"});
    }
  }
  if (callers_.changed_on_disk()) {
    load_callers();
  }
  if (policies_.changed_on_disk()) {
    policies_.reload();
    use_policies();
  }
  look_at_listener();
  external_.look();
  if (audit_log_) {
    audit_log_->look();
    tell_audit_health();
  }
  const bool due = std::chrono::steady_clock::now() - facts_gathered_ >= gather_facts_every;
  if (due || facts_stamps() != facts_stamps_) {
    gather_facts();
  }
}

void Daemon::watch_files()
{
  files_timer_.expires_after(look_at_files_every);
  files_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look_at_files();
      watch_files();
    }
  });
}

void Daemon::reload_everything()
{
  log::info("SIGHUP: reading everything again; checkagent.yaml itself takes a restart");
  static_cast<void>(systemd_.reloading());
  if (const auto loaded = load_checks(); !loaded) {
    node_.set_health("checks", {loaded.error().message + "; the checks from before stay"});
  }
  load_callers();
  policies_.reload();
  use_policies();
  look_at_listener();
  external_.reload();
  if (audit_log_) {
    audit_log_->reopen();
    tell_audit_health();
  }
  gather_facts();
  static_cast<void>(systemd_.ready());
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
  wait_for_reload();
}

void Daemon::wait_for_reload()
{
  reload_signals_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) {
      reload_everything();
      wait_for_reload();
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

}  // namespace muster::checkagent
