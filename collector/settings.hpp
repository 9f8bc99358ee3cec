// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "collector/history/rrd_writer.hpp"
#include "collector/notify/receiver.hpp"
#include "collector/schedule/schedule_entry.hpp"
#include "collector/state/state_engine.hpp"
#include "collector/web/web.hpp"
#include "libmuster/error.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/connection_settings.hpp"

namespace muster::collector {

inline constexpr std::string_view default_settings_file = "/etc/muster/collector.yaml";

// How the states of checks are found, where no schedule says otherwise.
struct CheckRules {
  int max_attempts = 3;
  std::chrono::milliseconds retry{60'000};
  FlappingRules flapping;
};

// collector.yaml, checked.
struct Settings {
  std::string identity;        // collector@mon1: the name in its certificate, and of its key
  std::string group = "main";  // of those collectors one asks: the same schedules on all of them
  runtime::ConnectionSettings connection;
  std::filesystem::path key;  // the Ed25519 key that signs; default keys/IDENTITY.key beside the file
  std::filesystem::path state_dir = "/var/lib/muster/collector";
  std::filesystem::path trusted_callers = "/etc/muster/callers.d";  // who may ask it
  std::filesystem::path policies = "/etc/muster/policies.d";
  std::filesystem::path audit_log = "/var/log/muster-collector/audit.jsonl";
  node::AuditMode audit = node::AuditMode::all;
  std::vector<ScheduleEntry> schedules;
  std::vector<Receiver> receivers;  // of notifications
  CheckRules checks;
  NodeRules nodes;
  MassRules mass;
  std::vector<Dependency> dependencies;
  WriterSettings history;  // its root is state_dir/history unless it says otherwise
  std::chrono::milliseconds keep_events{std::chrono::hours{24 * 400}};
  bool web_on = true;  // the page, the API and the metrics
  web::WebSettings web;
  bool topic_dots_as_underscores = false;
};

// Everything that is wrong, each error as "FILE:LINE:COLUMN: what was expected".
template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

ExpectedOrErrors<Settings> parse_settings(const std::filesystem::path& file, std::string_view text);
ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file);

// What the state machines go by: the check's schedule if there is one, else one that asks for all.
EngineRules state_rules(const Settings& settings);

// Fails with `denied` if the key is missing, readable for others, or not that of the identity.
Expected<protocol::SecretKey> read_key(const Settings& settings);

}  // namespace muster::collector
