// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libmuster/error.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/connection_settings.hpp"
#include "nagios-bridge/export/definitions.hpp"
#include "nagios-bridge/intake.hpp"
#include "nagios-bridge/model/mapping.hpp"
#include "nagios-bridge/nrpe/nrpe_door.hpp"
#include "nagios-bridge/queue_feed.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"
#include "nagios-bridge/worker/worker_settings.hpp"

namespace muster::bridge {

inline constexpr std::string_view default_settings_file = "/etc/muster/nagios-bridge.yaml";

// One entry of `sinks:`.
struct SinkSettings {
  std::string name;  // of [A-Za-z0-9_-]; names its folder, its rows in the queue, its lines in the log
  std::string kind;
  MakeSink make;
  MappingRules mapping;  // that of all sinks, with what this one has in place of it
  Naming naming;         // by it
};

// What its monitors are told of the bridge itself.
struct OwnCheckSettings {
  std::string host;  // empty: nothing
  std::string service = "nagios-bridge";
  std::chrono::milliseconds every{60'000};
};

// nagios-bridge.yaml, checked.
struct Settings {
  std::string identity;  // nagios-bridge@mon1: the name in its certificate, and of its key
  runtime::ConnectionSettings connection;
  std::filesystem::path key;  // the Ed25519 key that signs; default keys/IDENTITY.key beside the file
  std::filesystem::path state_dir = "/var/lib/muster/nagios-bridge";
  Queue::Limits queue;
  Intake::Rules intake;
  MappingRules mapping;  // of all sinks
  std::vector<SinkSettings> sinks;
  std::vector<NagiosWorkerSettings> nagios_workers;
  ExportRules export_rules;
  OwnCheckSettings own_check;
  std::vector<NrpeDoorSettings> nrpe_listeners;
  std::filesystem::path metrics_file;  // empty: none
  bool topic_dots_as_underscores = false;

  [[nodiscard]] std::filesystem::path queue_file() const { return state_dir / "queue.db"; }

  [[nodiscard]] std::filesystem::path status_file() const { return state_dir / "status.json"; }
};

// Everything that is wrong, each error as "FILE:LINE:COLUMN: what was expected".
template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

ExpectedOrErrors<Settings> parse_settings(const std::filesystem::path& file, std::string_view text);
ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file);

// Fails with `denied` if the key is missing, readable for others, or not that of the identity.
Expected<protocol::SecretKey> read_key(const Settings& settings);

}  // namespace muster::bridge
