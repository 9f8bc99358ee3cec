// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/model/mapping.hpp"

#include <algorithm>

#include "libmuster/protocol/utc_text.hpp"

namespace muster::bridge {

namespace {

NameTemplate template_of(std::string_view text)
{
  return NameTemplate::parse(text, placeholders_of_services()).value();
}

bool is_told(const NamingRules& rules, std::string_view name)
{
  return (rules.only.empty() || rules.only.has(name)) && !rules.except.has(name);
}

std::optional<std::string> named(
    const NamingRules& rules, std::string_view key, std::string_view node, std::string_view check)
{
  if (!is_told(rules, key)) {
    return std::nullopt;
  }
  const auto entry = rules.table.find(key);
  return entry == rules.table.end() ? rules.name.filled(node, check) : entry->second;
}

PassiveResult result_for(const QueuedItem& item)
{
  PassiveResult result;
  result.ticket = item.ticket;
  result.source = item.node;
  return result;
}

// By our clock. A clock that was set back between the two would make a monitor wait for the past.
void set_times(PassiveResult& result, Time started, Time finished, std::chrono::milliseconds ahead)
{
  result.finished = finished - ahead;
  result.started = std::min(started - ahead, result.finished);
}

std::string host_text(const HostState& host)
{
  const auto since = "since " + protocol::utc_text(host.since);
  const std::string_view usual =
      host.up ? "up" : (host.stopped ? "stopped by somebody, in good order," : "gone");
  const std::string text = host.text.empty() ? std::string{usual} : host.text;
  return text.find("since ") == std::string::npos ? text + ' ' + since : text;
}

}  // namespace

MappingRules::MappingRules()
    : hosts{template_of("{node}"), {}, {}, {}}, services{template_of("{check}"), {}, {}, {}}
{}

std::optional<PassiveResult> Mapping::map(const QueuedItem& item) const
{
  return std::visit([this, &item](const auto& what) { return mapped(item, what); }, item.what);
}

std::optional<PassiveResult> Mapping::mapped(const QueuedItem& item, const CheckResult& check) const
{
  const auto host = host_name(item.node);
  const auto service = service_name(item.node, check.check);
  if (!host || !service) {
    return std::nullopt;
  }
  auto result = result_for(item);
  result.host = *host;
  result.service = *service;
  result.state = static_cast<int>(check.state);
  result.summary = check.summary;
  result.details = check.details;
  result.perfdata = check.perfdata;
  set_times(
      result,
      std::chrono::floor<Time::duration>(check.started),
      std::chrono::floor<Time::duration>(check.finished),
      item.ahead);
  result.lifetime = lifetime(check.check);
  return result;
}

std::optional<PassiveResult> Mapping::mapped(const QueuedItem& item, const HostState& host) const
{
  const auto name = host_name(item.node);
  const bool untold = host.stopped && !host.up && rules_.stopped == WhenStopped::ignore;
  if (!name || !rules_.host_states || untold) {
    return std::nullopt;
  }
  auto result = result_for(item);
  result.host = *name;
  result.state = host.up || (host.stopped && rules_.stopped == WhenStopped::up) ? 0 : 1;
  result.summary = host_text(host);
  result.started = host.since;  // by our clock, as it is we who see it
  result.finished = host.since;
  return result;
}

std::optional<std::string> Mapping::refusal(const PassiveResult& result) const
{
  auto fault = name_fault(monitor_, ObjectKind::host, result.host, rules_.illegal);
  if (!fault && !result.service.empty()) {
    fault = name_fault(monitor_, ObjectKind::service, result.service, rules_.illegal);
  }
  return fault;
}

std::optional<std::string> Mapping::host_name(std::string_view node) const
{
  return named(rules_.hosts, node, node, {});
}

std::optional<std::string> Mapping::service_name(std::string_view node, std::string_view check) const
{
  auto name = named(rules_.services, check, node, check);
  // Without a name it would be taken for the host itself.
  return name && name->empty() ? std::string{check} : name;
}

std::optional<std::chrono::seconds> Mapping::lifetime(std::string_view check) const
{
  const auto rule =
      std::find_if(rules_.lifetimes.begin(), rules_.lifetimes.end(), [check](const LifetimeRule& entry) {
        return entry.checks.has(check);
      });
  return rule == rules_.lifetimes.end() ? rules_.lifetime : std::optional{rule->lifetime};
}

}  // namespace muster::bridge
