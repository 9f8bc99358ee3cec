// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/program.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// What systemd says of one unit.
struct ServiceUnit {
  std::string name;
  std::string load;     // "loaded", "not-found", "masked", …
  std::string active;   // "active", "inactive", "failed", "activating", …
  std::string sub;      // "running", "dead", "auto-restart", …
  std::string enabled;  // "enabled", "disabled", "static", …; empty for a unit without a file

  [[nodiscard]] bool exists() const { return load != "not-found"; }

  // As `systemctl is-active` sees it: a service that is being started, or is started again and again, does
  // not run.
  [[nodiscard]] bool runs() const
  {
    return active == "active" || active == "reloading" || active == "refreshing";
  }

  // Nothing is left to stop.
  [[nodiscard]] bool is_stopped() const { return active == "inactive" || active == "failed"; }
};

enum class ServiceChange { start, stop, restart };

std::string_view to_string(ServiceChange change);

// "httpd" and "httpd.service" are the same unit; nothing but services can be named.
std::string unit_name(std::string_view service);

Words show_unit_words(const std::filesystem::path& systemctl, const std::string& unit);
Words change_unit_words(
    const std::filesystem::path& systemctl, ServiceChange change, const std::string& unit);

// Fails with `not_found` where no systemd runs.
Expected<ServiceUnit> read_unit(const ProgramRun& run, const std::string& unit);

// Why this change is not made, in MCollective's words; empty: make it.
std::optional<std::string> reason_not_to(ServiceChange change, const ServiceUnit& unit);

// "Could not start 'httpd': WHY".
std::string could_not(ServiceChange change, std::string_view service, std::string_view why);

// {status, state, enabled}
json::object to_json(const ServiceUnit& unit);

}  // namespace muster::checkagent::actions
