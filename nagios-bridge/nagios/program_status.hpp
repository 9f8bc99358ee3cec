// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace muster::bridge {

// One life of Nagios, between a start or reload and the next. What was told to one and not saved is lost to
// the next. Nagios writes its objects, then its status, and only then listens to commands: who reads both
// after a command was obeyed sees the life that obeyed it.
struct NagiosRun {
  std::int64_t pid = 0;
  std::int64_t program_start = 0;  // seconds
  std::int64_t objects_written_ns =
      0;                             // tells two starts in one second under one pid (a container's 1) apart
  std::int64_t process_started = 0;  // in the kernel's ticks; 0: it cannot be seen, or is over

  friend bool operator==(const NagiosRun& one, const NagiosRun& other)
  {
    const bool two_processes = one.process_started != 0 && other.process_started != 0 &&
                               one.process_started != other.process_started;
    return one.pid == other.pid && one.program_start == other.program_start &&
           one.objects_written_ns == other.objects_written_ns && !two_processes;
  }

  // Whether `later` is the same process after a reload, at which it saves its states.
  [[nodiscard]] bool was_reloaded_to(const NagiosRun& later) const
  {
    return pid == later.pid && process_started != 0 && process_started == later.process_started;
  }
};

// Nagios' own account of itself, the second block of status.dat.
struct ProgramStatus {
  std::int64_t pid = 0;
  std::int64_t program_start = 0;
  bool takes_passive_results = true;  // of hosts too: Nagios 4.4 looks at the switch for services only
};

// Both blocks are within this much of the file; the rest, all hosts and services, is megabytes.
inline constexpr std::size_t program_status_head = std::size_t{16} << 10U;

// When the process began, from the text of /proc/PID/stat (proc(5)). 0 if it is not called nagios… or
// naemon…: in another container the number is somebody else's.
std::int64_t parse_process_start(std::string_view stat);

// Nothing if the block is not there as a whole: the file is being copied, or is no status file.
std::optional<ProgramStatus> parse_program_status(std::string_view head);

}  // namespace muster::bridge
