// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "checkagent/flight_recorder.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {

inline constexpr protocol::Time recorder_now{std::chrono::milliseconds{1'772'353'800'000}};

// A folder of its own for each test, removed at its end; in memory if that can be, where syncing costs
// nothing.
class ScratchFolder : public test::TemporaryDirectory {
public:
  ScratchFolder() : TemporaryDirectory{parent()} {}

private:
  static std::filesystem::path parent()
  {
    const std::filesystem::path memory{"/dev/shm"};
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  }
};

inline std::filesystem::path first_segment(const std::filesystem::path& folder)
{
  return folder / segment_name(1);
}

inline void rewrite(const std::filesystem::path& path, const std::string& text)
{
  std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

inline RecorderSettings recorder_in(const std::filesystem::path& folder, RingLimits limits = {})
{
  return {folder, "web1", limits, "boot-1"};
}

inline FlightRecorder open_recorder(const RecorderSettings& settings, protocol::Time now = recorder_now)
{
  auto opened = FlightRecorder::open(settings, now);
  if (!opened) {
    throw std::runtime_error{opened.error().message};
  }
  return std::move(*opened);
}

inline CheckResult result_named(const std::string& summary, std::size_t details = 0)
{
  CheckResult result;
  result.check = "check_disks";
  result.state = CheckState::critical;
  result.summary = summary;
  result.details = std::string(details, 'd');
  result.perfdata = "/=95%;80;90";
  result.started = recorder_now;
  result.finished = recorder_now + std::chrono::milliseconds{120};
  result.origin = "alice@ops1";
  return result;
}

// "a b +gap": the summaries of a page, for comparing.
inline std::string shown(const FlightRecorder::Page& page)
{
  std::string text;
  for (const auto& message : page.results) {
    text += message.result.summary + " ";
  }
  return text + (page.more ? "+more" : "") + (page.gap ? "+gap" : "");
}

}  // namespace muster::checkagent
