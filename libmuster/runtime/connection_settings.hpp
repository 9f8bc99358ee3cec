// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::runtime {

// How a program reaches its brokers, as its configuration says it: `brokers` and `tls {ca, certificate,
// key}`.
struct ConnectionSettings {
  static constexpr std::size_t max_brokers = 16;  // a list for failover, not for load

  std::vector<std::string> brokers;  // each with its port: mqtts://host:8883, mqtt://127.0.0.1:1883
  std::string ca;                    // PEM files; all three are set as soon as one broker is mqtts://
  std::string certificate;
  std::string key;
};

// "mqtts://mon1.example.net" gets the port 8883, "mqtt://127.0.0.1" 1883. Plain mqtt:// is for loopback only:
// everything else is an error that says so.
Expected<std::string> normal_broker_url(std::string_view url);

// Reads both keys, and complains about every URL and every missing file name. Does not look at the files.
ConnectionSettings read_connection(SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::runtime
