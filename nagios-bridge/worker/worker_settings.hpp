// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "libmuster/runtime/settings_reader.hpp"

namespace muster::bridge {

// One Nagios whose active checks the bridge runs.
struct NagiosWorkerSettings {
  std::filesystem::path query_socket = "/var/lib/nagios4/rw/nagios.qh";  // as in nagios.cfg
  std::string plugin =
      "check_mco";  // the first word of the commands that it takes, or the last part of that path
  std::uint64_t max_jobs = 1000;  // at once; more are answered UNKNOWN
};

// The list under `nagios_workers`; none without it.
std::vector<NagiosWorkerSettings> read_nagios_workers(
    runtime::SettingsReader& reader, runtime::Complaints& complaints, const std::filesystem::path& folder);

}  // namespace muster::bridge
