// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/config_writer.hpp"
#include "nagios-bridge/export/export_names.hpp"

namespace muster::bridge {

namespace {

// One `object TYPE "NAME" { … }` or a template.
class Block {
public:
  Block(std::string_view what, std::string_view name)
      : text_{"\n" + std::string{what} + ' ' + icinga_string(name) + " {\n"}
  {}

  Block& import(std::string_view name)
  {
    text_ += "  import " + icinga_string(name) + '\n';
    return *this;
  }

  // `value` is in Icinga's language already.
  Block& set(std::string_view key, std::string_view value)
  {
    text_.append("  ").append(key).append(" = ").append(value).append("\n");
    return *this;
  }

  [[nodiscard]] std::string text() const { return text_ + "}\n"; }

private:
  std::string text_;
};

std::string list_of(const std::vector<std::string>& names, Macros macros = Macros::as_they_are)
{
  std::string list;
  for (const auto& name : names) {
    list += (list.empty() ? " " : ", ") + icinga_string(name, macros);
  }
  return "[" + list + " ]";
}

// Something stale is looked for when its next check would be due; a result that comes puts that off.
void set_freshness(Block& block, std::optional<std::chrono::seconds> freshness)
{
  block.set("enable_active_checks", freshness ? "true" : "false");
  if (freshness) {
    block.set("check_interval", std::to_string(freshness->count()));
    block.set("retry_interval", std::to_string(freshness->count()));
  }
}

// `passive`: whether the site's template is not to say how it is checked.
std::string template_text(std::string_view type, std::string_view name, const std::string& site, bool passive)
{
  Block block{"template " + std::string{type}, name};
  if (site.empty()) {
    block.set("max_check_attempts", "1");
  } else {
    block.import(site);
  }
  if (passive || site.empty()) {
    block.set("check_command", R"("passive")").set("enable_passive_checks", "true");
    set_freshness(block, std::nullopt);
  }
  return block.text();
}

// For the rules of the site: assign where "web_server" in host.vars.muster_classes.
void set_vars(Block& block, const ExportedNode& node)
{
  block.set("vars.muster_node", icinga_string(node.name, Macros::off));
  std::vector<std::string> classes;
  for (const auto& group : node.groups) {
    if (group.fact.empty()) {
      classes.push_back(group.value);
    } else {
      block.set(
          "vars.muster_facts[" + icinga_string(group.fact) + "]", icinga_string(group.value, Macros::off));
    }
  }
  block.set("vars.muster_classes", list_of(classes, Macros::off));
}

std::string first_line()
{
  return std::string{export_marker} + '\n';
}

std::string service_text(const HostDefinition& host, const ServiceDefinition& service)
{
  Block block{"object Service", service.name};
  block.import("muster-service").set("host_name", icinga_string(host.name));
  if (service.freshness) {
    set_freshness(block, service.freshness);
  }
  return block.text();
}

std::string node_text(const HostDefinition& host)
{
  Block block{"object Host", host.name};
  block.import("muster-host").set("address", icinga_string(host.node.name));
  if (!host.groups.empty()) {
    block.set("groups", list_of(host.groups));
  }
  set_vars(block, host.node);
  auto text = written_node(host.node) + block.text();
  for (const auto& service : host.services) {
    text += service_text(host, service);
  }
  return text;
}

std::string groups_text(const Definitions& definitions)
{
  auto text = first_line();
  for (const auto& [name, title] : definitions.groups) {
    text += Block{"object HostGroup", name}.set("display_name", icinga_string(title)).text();
  }
  return text;
}

}  // namespace

ExportFiles icinga_files(const Definitions& definitions, const ExportRules& rules)
{
  ExportFiles files;
  files["muster.conf"] =
      written_intervals(definitions.intervals) +
      template_text("Host", "muster-host", rules.host_template, definitions.passive_hosts) +
      template_text("Service", "muster-service", rules.service_template, true);
  files["muster-groups.conf"] = groups_text(definitions);
  for (const auto& host : definitions.hosts) {
    files["nodes/" + file_stem(host.node.name) + ".conf"] = node_text(host);
  }
  return files;
}

}  // namespace muster::bridge
