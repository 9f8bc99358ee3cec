// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "libmuster/runtime/file_stamp.hpp"
#include "nagios-bridge/nagios/nagios_settings.hpp"
#include "nagios-bridge/nagios/object_index.hpp"
#include "nagios-bridge/nagios/program_status.hpp"

namespace muster::bridge {

// Reads what Nagios writes about itself: which life it is in, and which objects it knows in that life.
// Blocks for local files only. One thread.
class RunWatch {
public:
  using Clock = std::chrono::steady_clock;

  struct Seen {
    std::optional<NagiosRun> run;  // only with the objects of this very life; nothing while it starts
    bool takes_results = true;
    Time written{};       // the status
    std::string trouble;  // why there is no run, or what is missing although there is one
  };

  explicit RunWatch(const NagiosSettings& settings);

  Seen look(Clock::time_point now);

  // Why Nagios will never take a result; empty if it will, or if there is no list of its objects.
  [[nodiscard]] std::string objection_to(const PassiveResult& result) const;

  // Nothing if there is no list of its objects.
  [[nodiscard]] std::optional<std::size_t> objects() const;

private:
  bool objects_are_current(Clock::time_point now, const runtime::FileStamp& status);
  bool read_objects(const runtime::FileStamp& objects, bool still);

  std::filesystem::path status_file_;
  std::filesystem::path object_cache_;
  std::optional<ObjectIndex> objects_;
  std::optional<runtime::FileStamp> read_;  // the version that objects_ holds
  runtime::FileStamp waiting_;              // another version that is not known to be whole
  Clock::time_point waiting_since_;
  std::string objects_trouble_;
};

}  // namespace muster::bridge
