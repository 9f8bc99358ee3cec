// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/program.hpp"
#include "checkagent/actions/tool_paths.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// One package as this node has it.
struct PackageState {
  std::string name;
  bool installed = false;
  bool configuration_left = false;  // removed, but not purged
  std::string ensure;               // the whole version, as the tool writes it; "absent"
  std::string epoch;
  std::string version;
  std::string release;
  std::string arch;
};

struct OutdatedPackage {
  std::string package;
  std::string version;  // the one that would be installed
  std::string repo;
};

struct PackageChange {
  enum class Kind { install, update, uninstall, purge };

  Kind kind = Kind::install;
  std::string package;
  std::string version;  // empty: whatever is newest
};

std::string_view to_string(PackageChange::Kind kind);

// A package provider: which programs to run, and what their output means. Pure; running is PackageActions'.
class PackageTool {
public:
  PackageTool() = default;
  PackageTool(const PackageTool&) = delete;
  PackageTool& operator=(const PackageTool&) = delete;
  PackageTool(PackageTool&&) = delete;
  PackageTool& operator=(PackageTool&&) = delete;
  virtual ~PackageTool() = default;

  [[nodiscard]] virtual std::string_view provider() const = 0;  // "apt"

  [[nodiscard]] virtual Words query(const std::string& package) const = 0;
  [[nodiscard]] virtual Expected<PackageState> read_query(
      const ProgramRun& run, const std::string& package) const = 0;

  // The installed packages, each as "name|version".
  [[nodiscard]] virtual Words list_installed() const = 0;
  [[nodiscard]] virtual std::vector<std::string> read_installed(std::string_view output) const = 0;

  // The newest version that can be had; empty when the sources of this node do not know the package.
  [[nodiscard]] virtual Words newest(const std::string& package) const = 0;
  [[nodiscard]] virtual Expected<std::string> read_newest(const ProgramRun& run) const = 0;

  [[nodiscard]] virtual Words updates() const = 0;
  [[nodiscard]] virtual Expected<std::vector<OutdatedPackage>> read_updates(const ProgramRun& run) const = 0;

  // Gets the lists of what is available.
  [[nodiscard]] virtual Words refresh() const = 0;

  // Gets what the change needs and changes nothing, so that it may be killed; empty: nothing to get.
  [[nodiscard]] virtual Words download(const PackageChange& change, std::chrono::seconds lock_wait) const = 0;

  // Makes the change. Must not be killed.
  [[nodiscard]] virtual Words make(const PackageChange& change, std::chrono::seconds lock_wait) const = 0;

  // Whether `version`, as an operator writes it, is this one.
  [[nodiscard]] virtual bool is_version(const PackageState& state, std::string_view version) const = 0;

  // One line on a run that did not succeed.
  [[nodiscard]] virtual std::string why_failed(const ProgramRun& run) const = 0;
};

std::unique_ptr<PackageTool> make_apt_tool(const ToolPaths& tools);
std::unique_ptr<PackageTool> make_dnf_tool(const ToolPaths& tools);

// The one named "apt" or "dnf", or for "auto" the first that this machine has; null where there is none.
std::unique_ptr<PackageTool> make_package_tool(std::string_view provider, const ToolPaths& tools);

// What is decided before anything runs: nothing to do, or an error, told as the outcome; empty: make the
// change. `newest` as of read_newest(); it is not looked at for what removes.
std::optional<Outcome> outcome_without_change(
    const PackageTool& tool,
    const PackageChange& change,
    const PackageState& state,
    const std::string& newest);

// {name, ensure, version, release, epoch, arch, provider}; without those that are empty, as where the package
// is absent: a summary would count them.
json::object to_json(const PackageState& state, std::string_view provider);

}  // namespace muster::checkagent::actions
