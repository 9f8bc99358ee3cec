// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "libmuster/http/http_client.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::bridge {

// Where an NRDP server is, and how much it gets at a time. A plain value.
struct NrdpSettings {
  http::HttpTarget server;
  http::TlsFiles tls;
  std::filesystem::path token_file;           // read at each connect
  std::chrono::milliseconds timeout{30'000};  // of each connect and each exchange: PHP ends a page after that
  std::uint64_t batch = 100;                  // results in one POST; each is a file there

  // Nagios reads the files that the server writes in no order. So the next result of a service is told so
  // long after the one before it: Nagios' check_result_reaper_frequency, with some room. Zero: at once.
  std::chrono::milliseconds apart{12'000};
};

// Reads and complains of the keys of a sink of the kind `nrdp` (docs/nagios-bridge.md).
NrdpSettings read_nrdp_settings(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
