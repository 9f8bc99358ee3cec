// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/config_writer.hpp"
#include "nagios-bridge/export/export_names.hpp"

namespace muster::bridge {

namespace {

// One `define KIND { … }`.
class Definition {
public:
  explicit Definition(std::string_view kind) : text_{"\ndefine " + std::string{kind} + " {\n"} {}

  Definition& set(std::string_view key, std::string_view value)
  {
    text_.append("  ").append(key).append("  ").append(value).append("\n");
    return *this;
  }

  Definition& set_if(bool wanted, std::string_view key, std::string_view value)
  {
    return wanted ? set(key, value) : *this;
  }

  [[nodiscard]] std::string text() const { return text_ + "}\n"; }

private:
  std::string text_;
};

// Nagios takes a comma for the end of a name, and no group of ours has one.
std::string listed(const std::vector<std::string>& names)
{
  std::string list;
  for (const auto& name : names) {
    list.append(list.empty() ? "" : ",").append(name);
  }
  return list;
}

std::string stale_command()
{
  // Without `;`, which begins a comment.
  return Definition{"command"}
      .set("command_name", "muster-stale")
      .set(
          "command_line",
          "/bin/sh -c 'echo \"UNKNOWN - no result has come from the fleet for too long\" && exit 3'")
      .text();
}

std::string always()
{
  Definition period{"timeperiod"};
  period.set("timeperiod_name", "muster-always").set("alias", "all the time");
  for (const auto* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
    period.set(day, "00:00-24:00");
  }
  return period.text();
}

// What a template of the site may say as well.
void set_usual(Definition& definition, const std::string& site)
{
  definition.set_if(!site.empty(), "use", site)
      .set_if(site.empty(), "max_check_attempts", "1")
      .set_if(site.empty(), "check_period", "muster-always")
      .set_if(site.empty(), "notification_period", "muster-always");
}

void set_passive(Definition& definition)
{
  definition.set("active_checks_enabled", "0")
      .set("passive_checks_enabled", "1")
      .set("check_command", "muster-stale")
      .set("check_freshness", "0");
}

std::string host_template(const Definitions& definitions, const ExportRules& rules)
{
  Definition host{"host"};
  host.set("name", "muster-host").set("register", "0");
  set_usual(host, rules.host_template);
  if (definitions.passive_hosts || rules.host_template.empty()) {
    set_passive(host);
  }
  return host.text();
}

std::string service_template(const ExportRules& rules)
{
  Definition service{"service"};
  service.set("name", "muster-service").set("register", "0");
  set_usual(service, rules.service_template);
  set_passive(service);
  return service.text();
}

std::string first_line()
{
  return std::string{export_marker} + '\n';
}

std::string service_text(const HostDefinition& host, const ServiceDefinition& service)
{
  const auto& freshness = service.freshness;
  return Definition{"service"}
      .set("use", "muster-service")
      .set("host_name", host.name)
      .set("service_description", service.name)
      .set_if(freshness.has_value(), "check_freshness", "1")
      .set_if(
          freshness.has_value(), "freshness_threshold", std::to_string(freshness ? freshness->count() : 0))
      .text();
}

std::string node_text(const HostDefinition& host)
{
  Definition definition{"host"};
  definition.set("use", "muster-host").set("host_name", host.name).set("alias", host.node.name);
  definition.set("address", host.node.name);
  definition.set_if(!host.groups.empty(), "hostgroups", listed(host.groups));
  auto text = written_node(host.node) + definition.text();
  for (const auto& service : host.services) {
    text += service_text(host, service);
  }
  return text;
}

std::string groups_text(const Definitions& definitions)
{
  auto text = first_line();
  for (const auto& [name, title] : definitions.groups) {
    text += Definition{"hostgroup"}.set("hostgroup_name", name).set("alias", nagios_title(title)).text();
  }
  return text;
}

}  // namespace

ExportFiles nagios_files(const Definitions& definitions, const ExportRules& rules)
{
  ExportFiles files;
  files["muster.cfg"] = written_intervals(definitions.intervals) + stale_command() + always() +
                        host_template(definitions, rules) + service_template(rules);
  files["muster-groups.cfg"] = groups_text(definitions);
  for (const auto& host : definitions.hosts) {
    files["nodes/" + file_stem(host.node.name) + ".cfg"] = node_text(host);
  }
  return files;
}

}  // namespace muster::bridge
