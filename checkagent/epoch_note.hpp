// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "checkagent/recorded_history.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

// What an epoch of the flight recorder leaves for the next one to judge it by. Always the same number of
// bytes, overwritten in place, so that it can still be written when the disk is full.
struct EpochNote {
  enum class State {
    running,  // everything so far is in the ring
    lossy,    // results after the last one in the ring may have been published, but could not be kept
    closed,   // ended in good order, with everything on the disk: `at` is its last place
  };

  Cursor at;
  State state = State::running;
  std::string boot;  // of the machine: what was written before it went down may never have reached the disk
};

std::string as_text(const EpochNote& note);
std::optional<EpochNote> parse_epoch_note(std::string_view text);

// Nothing if there is none, or none that can be read.
std::optional<EpochNote> read_epoch_note(const std::filesystem::path& path);

// With `sync` it is on the disk when this returns.
Expected<void> write_epoch_note(const std::filesystem::path& path, const EpochNote& note, bool sync);

// How the start of a new epoch joins what was recorded before.
struct EpochJoint {
  std::optional<Cursor> lost_end;  // the epoch before went on to here; those results were not kept
  bool whole = false;  // nothing is missing between `lost_end` (else the last entry) and the start
};

// `last` is the end of what the ring holds, {0, 0} if it never held anything. Says `whole` only with proof.
EpochJoint join_epochs(const std::optional<EpochNote>& note, Cursor last, std::string_view boot);

// The kernel's name of this boot (proc(5)); empty if it gives none.
std::string this_boot();

}  // namespace muster::checkagent
