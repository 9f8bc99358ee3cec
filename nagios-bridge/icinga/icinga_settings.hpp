// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "libmuster/http/http_client.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::bridge {

// How one Icinga 2 is reached, and what is asked of it: an entry of `sinks:` in nagios-bridge.yaml
// (docs/nagios-bridge.md). A plain value.
struct IcingaSettings {
  http::HttpTarget api;  // https; its path has no use
  http::TlsFiles tls;
  std::string user;                     // of the ApiUser; empty: our certificate says who we are
  std::filesystem::path password_file;  // read at each connect

  // One carries some 2,600 results a second, four some 4,100, and more give nothing (measured: 2.13.6).
  std::uint64_t connections = 4;
  std::chrono::milliseconds timeout{10'000};  // of each connect and each exchange

  // Icinga writes what it knows to its disk every five minutes, and dies with what came later. So long after
  // a result was taken, by an Icinga that has lived all the time, it is on the disk: one minute for the
  // writing.
  std::chrono::milliseconds safe_after{std::chrono::minutes{6}};

  // What an unknown host and service are created with; nothing is created unless both are there.
  std::vector<std::string> host_templates;
  std::vector<std::string> service_templates;

  [[nodiscard]] bool creates() const { return !host_templates.empty() && !service_templates.empty(); }
};

// Reads the map of one Icinga. A relative path starts at `folder`. Complains about each fault where it
// stands, but for unknown keys; what is returned then is of no use. Does not look at the files.
IcingaSettings read_icinga_settings(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
