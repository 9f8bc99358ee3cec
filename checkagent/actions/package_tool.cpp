// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/package_tool.hpp"

#include <utility>

namespace muster::checkagent::actions {

namespace {

// MCollective's words; scripts look for them.
constexpr std::string_view already_installed = "Package is already installed";
constexpr std::string_view not_present = "Package is not present on the system";

bool removes(PackageChange::Kind kind)
{
  return kind == PackageChange::Kind::uninstall || kind == PackageChange::Kind::purge;
}

void add(json::object& data, std::string_view member, const std::string& value)
{
  if (!value.empty()) {
    data[member] = value;
  }
}

Outcome nothing_to_do(const PackageTool& tool, const PackageState& state, const std::string& output)
{
  Outcome outcome;
  outcome.data = to_json(state, tool.provider());
  outcome.data["output"] = output;
  return outcome;
}

Outcome refused(const PackageTool& tool, const PackageState& state, std::string_view why)
{
  Outcome outcome = failed(status_other, std::string{why});
  outcome.data = to_json(state, tool.provider());
  outcome.data["output"] = why;
  return outcome;
}

std::optional<Outcome> about_removal(
    const PackageTool& tool, const PackageChange& change, const PackageState& state)
{
  const bool purges_the_rest = change.kind == PackageChange::Kind::purge && state.configuration_left;
  return state.installed || purges_the_rest ? std::nullopt : std::optional{refused(tool, state, not_present)};
}

std::optional<Outcome> about_install(
    const PackageTool& tool, const PackageChange& change, const PackageState& state)
{
  const bool asked_for_this_one = change.version.empty() || tool.is_version(state, change.version);
  return state.installed && asked_for_this_one ? std::optional{refused(tool, state, already_installed)}
                                               : std::nullopt;
}

std::optional<Outcome> about_update(
    const PackageTool& tool,
    const PackageChange& change,
    const PackageState& state,
    const std::string& newest)
{
  if (!state.installed) {
    return refused(tool, state, not_present);
  }
  if (!change.version.empty()) {
    return tool.is_version(state, change.version)
               ? std::optional{nothing_to_do(
                     tool, state, state.name + " is already at version " + state.ensure)}
               : std::nullopt;
  }
  return tool.is_version(state, newest)
             ? std::optional{nothing_to_do(
                   tool, state, state.name + " is already the newest version (" + state.ensure + ")")}
             : std::nullopt;
}

}  // namespace

std::string_view to_string(PackageChange::Kind kind)
{
  switch (kind) {
  case PackageChange::Kind::install:
    return "install";
  case PackageChange::Kind::update:
    return "update";
  case PackageChange::Kind::uninstall:
    return "uninstall";
  case PackageChange::Kind::purge:
    break;
  }
  return "purge";
}

std::unique_ptr<PackageTool> make_package_tool(std::string_view provider, const ToolPaths& tools)
{
  const bool apt = !tools.apt_get.empty() && !tools.apt_cache.empty() && !tools.dpkg_query.empty();
  const bool dnf = !tools.dnf.empty() && !tools.rpm.empty();
  // A Debian machine may have dnf and rpm as well; the other way round is rarer.
  if (provider != "dnf" && apt) {
    return make_apt_tool(tools);
  }
  return provider != "apt" && dnf ? make_dnf_tool(tools) : nullptr;
}

std::optional<Outcome> outcome_without_change(
    const PackageTool& tool,
    const PackageChange& change,
    const PackageState& state,
    const std::string& newest)
{
  if (removes(change.kind)) {
    return about_removal(tool, change, state);
  }
  auto outcome = change.kind == PackageChange::Kind::install ? about_install(tool, change, state)
                                                             : about_update(tool, change, state, newest);
  if (!outcome && newest.empty()) {
    return refused(
        tool,
        state,
        "no package " + change.package + " in the sources of this node; action refresh reads them again");
  }
  return outcome;
}

json::object to_json(const PackageState& state, std::string_view provider)
{
  json::object data;
  data["name"] = state.name;
  data["ensure"] = state.ensure;
  add(data, "version", state.version);
  add(data, "release", state.release);
  add(data, "epoch", state.epoch);
  add(data, "arch", state.arch);
  data["provider"] = provider;
  return data;
}

}  // namespace muster::checkagent::actions
