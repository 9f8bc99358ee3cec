// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/service_unit.hpp"

#include "checkagent/actions/tool_text.hpp"

namespace muster::checkagent::actions {

namespace {

constexpr std::string_view suffix = ".service";

bool says_that_there_is_no_systemd(std::string_view errors)
{
  return errors.find("not been booted with systemd") != std::string_view::npos ||
         errors.find("Failed to connect to bus") != std::string_view::npos ||
         errors.find("Failed to connect to system scope bus") != std::string_view::npos;
}

void take_property(ServiceUnit& unit, std::string_view line)
{
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) {
    return;
  }
  const auto name = line.substr(0, equals);
  const std::string value{line.substr(equals + 1)};
  if (name == "LoadState") {
    unit.load = value;
  } else if (name == "ActiveState") {
    unit.active = value;
  } else if (name == "SubState") {
    unit.sub = value;
  } else if (name == "UnitFileState") {
    unit.enabled = value;
  }
}

}  // namespace

std::string_view to_string(ServiceChange change)
{
  switch (change) {
  case ServiceChange::start:
    return "start";
  case ServiceChange::stop:
    return "stop";
  case ServiceChange::restart:
    break;
  }
  return "restart";
}

std::string unit_name(std::string_view service)
{
  const bool has_suffix =
      service.size() > suffix.size() && service.substr(service.size() - suffix.size()) == suffix;
  return std::string{service} + std::string{has_suffix ? std::string_view{} : suffix};
}

Words show_unit_words(const std::filesystem::path& systemctl, const std::string& unit)
{
  return {
      systemctl.string(),
      "--no-pager",
      "show",
      "--property=LoadState,ActiveState,SubState,UnitFileState",
      "--",
      unit};
}

Words change_unit_words(const std::filesystem::path& systemctl, ServiceChange change, const std::string& unit)
{
  return {systemctl.string(), "--no-pager", "--no-ask-password", std::string{to_string(change)}, "--", unit};
}

Expected<ServiceUnit> read_unit(const ProgramRun& run, const std::string& unit)
{
  if (says_that_there_is_no_systemd(run.errors)) {
    return failure(
        ErrorCode::not_found, "no systemd runs on this node, and services are reached through it only");
  }
  if (!run.succeeded()) {
    return failure(ErrorCode::io_failure, "systemctl show " + unit + ": " + why_it_failed(run));
  }
  ServiceUnit read;
  read.name = unit;
  for (const auto line : lines_of(run.output)) {
    take_property(read, line);
  }
  if (read.load.empty() || read.active.empty()) {
    return failure(ErrorCode::io_failure, "systemctl show " + unit + " told no state");
  }
  return read;
}

std::optional<std::string> reason_not_to(ServiceChange change, const ServiceUnit& unit)
{
  if (!unit.exists()) {
    return "this node has no unit " + unit.name;
  }
  if (change == ServiceChange::start && unit.runs()) {
    return "Service is already running";
  }
  if (change == ServiceChange::stop && unit.is_stopped()) {
    return "Service is already stopped";
  }
  return std::nullopt;
}

std::string could_not(ServiceChange change, std::string_view service, std::string_view why)
{
  std::string text{"Could not "};
  text.append(to_string(change)).append(" '").append(service).append("': ").append(why);
  return text;
}

json::object to_json(const ServiceUnit& unit)
{
  json::object data;
  data["status"] = unit.runs() ? "running" : "stopped";
  data["state"] = unit.exists() ? unit.active + " (" + unit.sub + ")" : "not-found";
  data["enabled"] = unit.enabled.empty() ? "none" : unit.enabled;
  return data;
}

}  // namespace muster::checkagent::actions
