// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "checkagent/nrpe_listener_settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/runtime/connection_settings.hpp"

namespace muster::checkagent {

inline constexpr std::string_view default_settings_file = "/etc/muster/checkagent.yaml";

// What bounds a node's work; every value has a default that suits a machine nobody thought about.
struct Limits {
  std::size_t concurrent_checks = 4;                  // default max(4, 2 × cores)
  std::size_t queue = 64;                             // requests that wait for a free place; more is `busy`
  std::size_t output_bytes = std::size_t{64} << 10U;  // of one plugin run
  std::optional<std::chrono::seconds> check_timeout;  // caps nrpe.cfg's command_timeout; unset: that alone
  std::size_t recorder_results = 10'000;              // of the flight recorder's ring
  std::uint64_t recorder_bytes = std::uint64_t{16} << 20U;
};

// Whether and which `facter` is asked for facts.
struct FacterChoice {
  enum class Asked { never, if_there, always };  // `always`: one that is missing is told in the node's health
  Asked asked = Asked::if_there;
  std::filesystem::path program;  // empty: the first that exists of its usual places
};

enum class LogLevel { debug, info, warning, error };

// checkagent.yaml, checked. Only the brokers and their TLS files have no default.
struct Settings {
  std::string identity;
  std::vector<std::string> collectives{"main"};
  runtime::ConnectionSettings connection;
  std::filesystem::path trusted_callers = "/etc/muster/callers.d";
  std::filesystem::path policies = "/etc/muster/policies.d";
  std::filesystem::path agents_dir = "/usr/lib/muster/agents";       // external agents and their DDLs
  std::filesystem::path agents_config_dir = "/etc/muster/plugin.d";  // NAME.cfg is named to agent NAME
  std::filesystem::path audit_log = "/var/log/muster/audit.jsonl";
  node::AuditMode audit = node::AuditMode::all;
  bool audit_required = false;  // nothing may change the node that cannot be written there
  std::filesystem::path nrpe_config = "/etc/nagios/nrpe.cfg";
  std::filesystem::path facts_dir = "/etc/muster/facts.d";
  std::filesystem::path facts_file;    // MCollective's facts.yaml; empty: none
  std::filesystem::path classes_file;  // empty: the first that exists of usual_classes_files
  FacterChoice facter;
  std::vector<std::string> announce{"kernel", "osfamily", "operatingsystem", "operatingsystemrelease"};
  std::filesystem::path privileged_socket = "/run/muster/privileged.sock";
  std::filesystem::path state_dir = "/var/lib/muster/checkagent";
  Limits limits;
  std::optional<NrpeListenerSettings> nrpe_listener;  // none: nobody waits for check_nrpe
  LogLevel log_level = LogLevel::info;
  bool topic_dots_as_underscores = false;
};

// Everything that is wrong, each error as "FILE:LINE:COLUMN: what was expected".
template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

// `text` is the file's content. Pure but for what it is given.
ExpectedOrErrors<Settings> parse_settings(
    const std::string& file, std::string_view text, const std::string& host_name, std::size_t cores);

// Reads and checks the file; the default identity is this machine's host name in lower case.
ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file);

// What rpcutil's get_config_item tells: every setting that is no secret, by its name in checkagent.yaml.
std::map<std::string, std::string> told_settings(const Settings& settings);

}  // namespace muster::checkagent
