// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/nagios_settings.hpp"

#include <algorithm>
#include <string_view>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::Range;
using runtime::SettingsReader;

// The path goes into a command of at most PIPE_BUF (4,096) bytes, whose parts are separated by `;`.
constexpr std::size_t max_work_dir = 3'000;

constexpr Range<std::uint64_t> batch_range{1, 100'000};
constexpr Range<std::uint64_t> save_after_range{1, 100'000};
constexpr Range<std::chrono::milliseconds> save_range{100ms, 1h};
constexpr Range<std::chrono::milliseconds> after_range{1s, 1h};
// Nagios counts in seconds, and we must be done by half of it.
constexpr Range<std::chrono::milliseconds> age_range{1min, 30 * 24h};

bool fits_a_command(const std::string& path)
{
  const auto breaks = [](char letter) { return letter == ';' || (letter >= 0 && letter < ' '); };
  return path.size() <= max_work_dir && std::none_of(path.begin(), path.end(), breaks);
}

void read_safe_when(SettingsReader& reader, NagiosSettings& settings)
{
  std::string word;
  if (!reader.read_word("safe_when", word)) {
    return;
  }
  if (word == "saved") {
    settings.safe_when = NagiosSettings::Safe::saved;
  } else if (word == "processed") {
    settings.safe_when = NagiosSettings::Safe::processed;
  } else {
    reader.refuse("safe_when", "expected \"saved\" or \"processed\"");
  }
}

}  // namespace

void read_nagios_settings(
    SettingsReader& reader, const std::filesystem::path& folder, NagiosSettings& settings)
{
  reader.read_path("command_file", folder, settings.command_file);
  reader.read_path("status_file", folder, settings.status_file);
  reader.read_path("retention_file", folder, settings.retention_file);
  reader.read_path("object_cache", folder, settings.object_cache);
  if (reader.read_path("work_dir", folder, settings.work_dir) &&
      !fits_a_command(settings.work_dir.string())) {
    reader.refuse("work_dir", "expected at most 3000 bytes and no ';': it goes into Nagios' commands");
  }
  reader.read_word("group", settings.group);
  reader.read_path("spool", folder, settings.spool);
  reader.read_duration("spool_after", after_range, settings.spool_after);
  reader.read_duration("spool_age", age_range, settings.spool_age);
  reader.read_number("batch", batch_range, settings.batch);
  reader.read_number("spool_batch", batch_range, settings.spool_batch);
  reader.read_duration("save_every", save_range, settings.save_every);
  reader.read_number("save_after", save_after_range, settings.save_after);
  read_safe_when(reader, settings);
}

}  // namespace muster::bridge
