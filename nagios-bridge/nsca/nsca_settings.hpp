// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "libmuster/runtime/settings_reader.hpp"

namespace muster::bridge {

// Where an NSCA daemon listens, and how it wants its packets. A plain value.
struct NscaSettings {
  std::string host;
  std::uint64_t port = 5667;
  std::uint64_t encryption = 1;         // `decryption_method` of nsca.cfg
  std::filesystem::path password_file;  // read at each connection; empty: no password

  // Of a connection, of the daemon's greeting, of a piece that is written and of the daemon's end. The daemon
  // itself waits for ten seconds for a packet.
  std::chrono::milliseconds timeout{10'000};
};

// "mon1:5667", for people.
std::string place_of(const NscaSettings& settings);

// Reads and complains of the keys of a sink of the kind `nsca` (docs/nagios-bridge.md).
NscaSettings read_nsca_settings(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
