// SPDX-License-Identifier: Apache-2.0
#include "collector/settings.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "collector/filter_settings.hpp"
#include "collector/notify/notify_settings.hpp"
#include "collector/schedule/schedule_scope.hpp"
#include "collector/schedule/schedule_settings.hpp"
#include "collector/schedule/turn_times.hpp"
#include "collector/state/mass_refusal.hpp"
#include "libmuster/client/caller_session.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using runtime::SettingsReader;

constexpr std::size_t most_dependencies = 1000;
constexpr std::size_t most_named_nodes = 1000;  // of one dependency; more is a filter
constexpr std::size_t largest_settings = std::size_t{1} << 20U;

void read_identity(SettingsReader& reader, std::string& identity)
{
  if (!reader.read_word("identity", identity)) {
    reader.refuse("identity", "expected the name in its certificate, for instance collector@mon1");
  } else if (!is_service_name(identity) || !is_caller_name(identity)) {
    reader.refuse("identity", "expected NAME@HOST of [A-Za-z0-9._-], for instance collector@mon1");
  }
}

void read_group(SettingsReader& reader, std::string& group)
{
  if (reader.read_word("group", group) && !is_collective_name(group)) {
    reader.refuse("group", "expected a name of [A-Za-z0-9._-], the same on all collectors that take turns");
  }
}

// `dependencies:` a list of {check, filter, select, nodes, on, node}: the check of these nodes works only
// while the check `on` of the same node, or of `node`, does.
std::vector<Dependency> read_dependencies(SettingsReader& reader, runtime::Complaints& complaints)
{
  std::vector<Dependency> dependencies;
  const auto* list = reader.find("dependencies");
  if (list == nullptr || list->kind == runtime::YamlNode::Kind::null) {
    return dependencies;
  }
  if (list->kind != runtime::YamlNode::Kind::sequence || list->items.size() > most_dependencies) {
    complaints.add(*list, "expected a list of at most 1000 dependencies");
    return dependencies;
  }
  for (const auto& item : list->items) {
    if (item.kind != runtime::YamlNode::Kind::map) {
      complaints.add(item, "expected a dependency: check, on, node");
      continue;
    }
    SettingsReader entry{complaints, item};
    Dependency dependency;
    entry.read_word("check", dependency.check);
    entry.read_words("nodes", most_named_nodes, dependency.names);
    read_node_filter(entry, DecidedBy::collector, dependency.filter);
    entry.read_word("on", dependency.parent_check);
    entry.read_word("node", dependency.parent_node);
    if (dependency.parent_check.empty() && dependency.parent_node.empty()) {
      entry.refuse("on", "expected the check, or with `node` the node, that it depends on");
    }
    entry.refuse_unknown_keys();
    dependencies.push_back(std::move(dependency));
  }
  return dependencies;
}

void read_audit(SettingsReader& reader, const std::filesystem::path& folder, Settings& settings)
{
  reader.read_path("audit_log", folder, settings.audit_log);
  std::string word;
  if (!reader.read_word("audit", word)) {
    return;
  }
  if (word == "all") {
    settings.audit = node::AuditMode::all;
  } else if (word == "changes") {
    settings.audit = node::AuditMode::changes;
  } else if (word == "off") {
    settings.audit = node::AuditMode::off;
  } else {
    reader.refuse("audit", "expected all, changes or off");
  }
}

// full, small, or what to keep for how long, in one text or a list of them.
void read_archives(SettingsReader& reader, ArchivePlan& archives)
{
  std::vector<std::string> parts;
  if (!reader.read_words("archives", max_archives, parts)) {
    return;
  }
  std::string text;
  for (const auto& part : parts) {
    text.append(text.empty() ? "" : "; ").append(part);
  }
  if (auto plan = parse_archives(text)) {
    archives = std::move(*plan);
  } else {
    reader.refuse(
        "archives", "expected full, small, or a list of \"5m for 2w: AVERAGE MAX\": " + plan.error().message);
  }
}

void read_history(SettingsReader reader, const std::filesystem::path& folder, WriterSettings& history)
{
  reader.read_path("dir", folder, history.history.layout.root);
  reader.read_path("rrdcached", folder, history.rrdcached_socket);
  read_archives(reader, history.history.archives);
  std::string word;
  if (reader.read_word("layout", word)) {
    if (word == "pnp4nagios") {
      history.history.layout.style = LayoutStyle::pnp4nagios;
    } else if (word != "muster") {
      reader.refuse("layout", "expected muster or pnp4nagios");
    }
  }
  reader.refuse_unknown_keys();
}

void read_state(SettingsReader reader, Settings& settings)
{
  std::uint64_t attempts = 0;
  if (reader.read_number("max_attempts", {1, 100}, attempts)) {
    settings.checks.max_attempts = static_cast<int>(attempts);
  }
  reader.read_duration("retry", {1s, 24h}, settings.checks.retry);
  reader.read_flag("flapping", settings.checks.flapping.enabled);
  reader.read_duration("vanished_after", {1h, 24h * 366}, settings.nodes.vanished_after);
  reader.read_duration("node_patience", {1s, 1h}, settings.nodes.patience);
  reader.read_duration("start_grace", {1s, 1h}, settings.nodes.grace);
  reader.read_duration("loss_window", {1s, 10min}, settings.mass.window);
  std::uint64_t many = settings.mass.at_least;
  reader.read_number("loss_of_many", {2, 1'000'000}, many);
  settings.mass.at_least = many;
  reader.refuse_unknown_keys();
}

// `listen: off` or ADDRESS:PORT; an IPv6 address stands in brackets.
void read_endpoint(SettingsReader& reader, Settings& settings)
{
  std::string word;
  if (!reader.read_word("listen", word)) {
    return;
  }
  settings.web_on = word != "off";
  const auto colon = word.rfind(':');
  std::uint16_t port = 0;
  const auto* end = word.data() + word.size();
  const bool has_port = colon != std::string::npos && colon > 0 &&
                        std::from_chars(word.data() + colon + 1, end, port).ptr == end &&
                        colon + 1 < word.size();
  if (!settings.web_on) {
    return;
  }
  if (!has_port) {
    reader.refuse("listen", "expected off, or ADDRESS:PORT such as 127.0.0.1:8066");
    return;
  }
  auto& endpoint = settings.web.endpoint;
  endpoint.port = port;
  endpoint.address = word.substr(0, colon);
  if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']')) {
    endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
  }
}

void read_web(SettingsReader reader, const std::filesystem::path& folder, Settings& settings)
{
  constexpr std::size_t most_names = 20;
  read_endpoint(reader, settings);
  reader.read_path("tokens", folder, settings.web.tokens);
  reader.read_words("names", most_names, settings.web.names);
  reader.refuse_unknown_keys();
}

Settings read_all(
    SettingsReader& reader, runtime::Complaints& complaints, const std::filesystem::path& folder)
{
  Settings settings;
  read_identity(reader, settings.identity);
  read_group(reader, settings.group);
  settings.connection = runtime::read_connection(reader, folder);
  settings.key = folder / "keys" / (settings.identity + ".key");
  reader.read_path("key", folder, settings.key);
  reader.read_path("state_dir", folder, settings.state_dir);
  reader.read_path("trusted_callers", folder, settings.trusted_callers);
  reader.read_path("policies", folder, settings.policies);
  read_audit(reader, folder, settings);
  settings.history.history.layout.root = settings.state_dir / "history";
  read_history(reader.read_map("history"), folder, settings.history);
  read_state(reader.read_map("state"), settings);
  read_web(reader.read_map("web"), folder, settings);
  settings.dependencies = read_dependencies(reader, complaints);
  const auto periods = read_periods(reader, complaints);
  settings.schedules = read_schedules(reader, complaints, periods);
  settings.receivers = read_receivers(reader, complaints, folder, periods);
  reader.read_duration("keep_events", {24h, 24h * 36'600}, settings.keep_events);
  reader.read_flag("topic_dots_as_underscores", settings.topic_dots_as_underscores);
  reader.refuse_unknown_keys();
  return settings;
}

}  // namespace

ExpectedOrErrors<Settings> parse_settings(const std::filesystem::path& file, std::string_view text)
{
  const auto document = runtime::read_yaml(file.string(), text);
  if (!document) {
    return tl::make_unexpected(std::vector{document.error()});
  }
  runtime::Complaints complaints{file.string()};
  SettingsReader reader{complaints, document->root};
  auto settings = read_all(reader, complaints, file.parent_path());
  if (!complaints.empty()) {
    return tl::make_unexpected(complaints.in_order());
  }
  return settings;
}

ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file)
{
  const auto text = runtime::read_text_file(file, largest_settings);
  if (!text) {
    return tl::make_unexpected(std::vector{text.error()});
  }
  return parse_settings(file, *text);
}

namespace {

// A result that should have come and did not: two turns, and what each may take.
std::chrono::milliseconds usual_freshness(const ScheduleEntry& entry)
{
  return 2 * entry.every + entry.splay + entry.timeout + 10s;
}

void apply(const ScheduleEntry& entry, ServiceRules& rules)
{
  rules.interval = entry.every;
  rules.max_attempts =
      static_cast<int>(entry.max_attempts.value_or(static_cast<std::uint32_t>(rules.max_attempts)));
  rules.retry = entry.retry.value_or(rules.retry);
  rules.freshness = entry.freshness.value_or(usual_freshness(entry));
  if (entry.during) {
    rules.turn_after = std::make_shared<const std::function<Time(Time)>>(
        [entry](Time time) { return turn_after(entry, time); });
  }
}

// The checks by the names of their results; empty: all that a node has.
std::vector<std::string> names_of(const ScheduleEntry& entry)
{
  return entry.as.empty() ? entry.checks : std::vector<std::string>{entry.as};
}

// What applies to a check: the first schedule that names it, else the first that asks for all; of those that
// mean its node.
class RulesOfSchedules {
public:
  RulesOfSchedules(const CheckRules& usual, const std::vector<ScheduleEntry>& schedules)
  {
    usual_.max_attempts = usual.max_attempts;
    usual_.retry = usual.retry;
    usual_.flapping = usual.flapping;
    for (const auto& entry : schedules) {
      const auto place = scheduled_.size();
      apply(entry, scheduled_.emplace_back(usual_));
      runs_.insert(entry.as);
      for (const auto& name : names_of(entry)) {
        by_check_[name].push_back(place);
      }
      if (entry.checks.empty()) {
        of_all_.push_back(place);
      }
    }
  }

  // `meant`: for each schedule, whether it means the node; empty: all do.
  [[nodiscard]] ServiceRules of(const std::string& check, const std::vector<bool>& meant) const
  {
    const auto named = by_check_.find(check);
    const auto* rules = named == by_check_.end() ? nullptr : first_of(named->second, meant);
    // A run with arguments is none of the checks that a node has.
    if (rules == nullptr && !runs_.contains(check)) {
      rules = first_of(of_all_, meant);
    }
    return rules == nullptr ? usual_ : *rules;
  }

private:
  using Places = std::vector<std::size_t>;

  [[nodiscard]] const ServiceRules* first_of(const Places& places, const std::vector<bool>& meant) const
  {
    const auto found = std::find_if(
        places.begin(), places.end(), [&meant](std::size_t place) { return meant.empty() || meant[place]; });
    return found == places.end() ? nullptr : &scheduled_[*found];
  }

  ServiceRules usual_;
  std::vector<ServiceRules> scheduled_;
  std::map<std::string, Places> by_check_;
  Places of_all_;
  std::set<std::string> runs_;  // the names of runs with arguments
};

// A node says so itself: there is nothing to confirm, and nothing to wait for.
ServiceRules rules_of_refusals()
{
  ServiceRules rules;
  rules.max_attempts = 1;
  rules.flapping.enabled = false;
  return rules;
}

std::map<std::string, std::vector<std::string>> checks_of(const std::vector<ScheduleEntry>& schedules)
{
  std::map<std::string, std::vector<std::string>> checks;
  for (const auto& entry : schedules) {
    checks[entry.name] = names_of(entry);
  }
  return checks;
}

}  // namespace

EngineRules state_rules(const Settings& settings)
{
  EngineRules rules;
  rules.nodes = settings.nodes;
  rules.mass = settings.mass;
  rules.dependencies = settings.dependencies;
  rules.schedules = checks_of(settings.schedules);
  rules.schedules_meaning = [scope = ScheduleScope{settings.schedules}](const protocol::Presence& presence) {
    return scope.meant(presence);
  };
  rules.rules_meaning = [scheduled = RulesOfSchedules{settings.checks, settings.schedules}](
                            const std::string& check, const std::vector<bool>& meant) {
    return refused_schedule(check) ? rules_of_refusals() : scheduled.of(check, meant);
  };
  rules.rules_for = [by_all = rules.rules_meaning](const std::string& /*node*/, const std::string& check) {
    return by_all(check, {});
  };
  return rules;
}

Expected<protocol::SecretKey> read_key(const Settings& settings)
{
  client::ClientSettings client;
  client.key = settings.key;
  client.caller = settings.identity;
  return client::read_caller_key(client);
}

}  // namespace muster::collector
