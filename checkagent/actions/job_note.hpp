// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "checkagent/actions/action.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// The last change that one agent made, kept in a small file: it is how somebody learns the end of a change
// that was not done when its answer was due.
struct JobNote {
  enum class State { waiting, running, done, failed };

  std::string what;  // "update of muster-checkagent"
  State state = State::running;
  protocol::Time started;
  std::optional<protocol::Time> finished;
  std::string message;  // of a failed one: why
  pid_t process = 0;    // the muster-privileged that does it
};

inline constexpr std::size_t largest_job_note = std::size_t{16} * 1024;

std::string encode(const JobNote& note);
Expected<JobNote> parse_job_note(std::string_view text);

// "update of nginx: done 2026-11-23T05:42:31Z", "… running since …", "… interrupted: …" for one that nobody
// works on any more. `process_lives` tells about note.process.
std::string describe(const JobNote& note, bool process_lives);

// Whether somebody works on it, or will.
bool is_in_progress(const JobNote& note, bool process_lives);

// Writes and reads the note of one agent. One thread. A note that cannot be written is logged and otherwise
// ignored: the change itself matters more.
class JobNotes {
public:
  explicit JobNotes(std::filesystem::path file) : file_{std::move(file)} {}

  void write(JobNote note) const;
  [[nodiscard]] std::optional<JobNote> read() const;

  // The line of describe(), empty if there is no note.
  [[nodiscard]] std::string told() const;
  [[nodiscard]] bool in_progress() const;

private:
  std::filesystem::path file_;
};

bool process_lives(pid_t process);
protocol::Time wall_clock_now();

}  // namespace muster::checkagent::actions
