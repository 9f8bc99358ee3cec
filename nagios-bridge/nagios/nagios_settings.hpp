// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "libmuster/runtime/settings_reader.hpp"

namespace muster::bridge {

// What the Nagios sink is told. The paths are those of the same names in nagios.cfg; the defaults are
// Debian's.
struct NagiosSettings {
  // When a result needs no keeping any more: once Nagios has written its states to its disk, or, for a Nagios
  // that keeps none (retain_state_information=0), as soon as it has processed the result.
  enum class Safe { saved, processed };

  std::filesystem::path command_file = "/var/lib/nagios4/rw/nagios.cmd";
  std::filesystem::path status_file = "/var/lib/nagios4/status.dat";
  std::filesystem::path retention_file = "/var/lib/nagios4/retention.dat";
  std::filesystem::path object_cache = "/var/lib/nagios4/objects.cache";

  // Where batches lie until Nagios has taken them. It must be able to read and unlink there: a folder that is
  // missing is made for this group.
  std::filesystem::path work_dir = "/run/nagios-bridge/nagios";
  std::string group = "nagios";

  // Nagios' check_result_path, used when there is no command pipe; empty: never.
  std::filesystem::path spool;
  // So long may the pipe be away first: a restart of Nagios shall not send results through the slow spool.
  std::chrono::milliseconds spool_after{std::chrono::seconds{30}};
  std::chrono::milliseconds spool_age{std::chrono::hours{1}};  // max_check_result_file_age

  std::uint64_t batch = 1'000;  // results in one file; more makes Nagios deaf for longer, and is no faster
  std::uint64_t spool_batch =
      10'000;  // Nagios looks into its spool every 10 s, and orders only within a file
  std::chrono::milliseconds save_every{std::chrono::seconds{5}};
  std::uint64_t save_after = 50;  // batches
  Safe safe_when = Safe::saved;
};

// Reads the keys of one map into `settings`; what is wrong is complained about. Relative paths start at
// `folder`. The caller refuses unknown keys.
void read_nagios_settings(
    runtime::SettingsReader& reader, const std::filesystem::path& folder, NagiosSettings& settings);

}  // namespace muster::bridge
