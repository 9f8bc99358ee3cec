// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkagent/epoch_note.hpp"
#include "checkagent/flight_ring.hpp"
#include "checkagent/recorded_history.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/runtime/lock_file.hpp"

namespace muster::checkagent {

struct RecorderSettings {
  std::filesystem::path folder;  // STATE_DIR/recorder
  std::string node;              // its name stands in every result
  RingLimits limits;
  std::string boot = this_boot();
};

// Keeps the last check results of a node on disk, so that a reader that missed some can fetch them, and knows
// for certain whether it missed any (section "Results without gaps" of docs/architecture.md). One per node,
// owned by it; one thread, which it blocks for one write(2) a result.
//
// Results are not synced one by one. A checkagent that is killed loses nothing, because the kernel has what
// was written. If the machine goes down, the results of its last seconds (on ext4 about 5, at most 30) may be
// gone although they were published. The next epoch then begins with a gap, even if nothing is missing: only
// the end of an epoch that was closed in order, or ended on this boot of the machine, counts as proven.
//
// The one loss that leaves no trace: a folder that could not be written to for the whole of an epoch.
class FlightRecorder {
public:
  // Where the history ends, and the oldest result still held ({0, 0} if there is none).
  struct Head {
    Cursor last;
    Cursor oldest;
    std::size_t results = 0;
  };

  struct Page {
    std::vector<protocol::ResultMessage> results;  // in order, all behind the cursor
    bool more = false;                             // ask again with the last of these as cursor
    bool gap = false;  // something is missing between the cursor and the last of these or, without `more`,
                       // the head; no later question will bring it
  };

  // A page travels in one answer, whose limit is 120 KiB.
  static constexpr std::size_t largest_page = std::size_t{64} << 10U;

  // Begins a new epoch: `now`, but always later than every epoch in the folder. Fails only if another process
  // has the folder. A folder that cannot be used otherwise (disk full, read-only, not permitted) gives a
  // recorder that keeps nothing yet; see health().
  static Expected<FlightRecorder> open(RecorderSettings settings, protocol::Time now);

  FlightRecorder(FlightRecorder&&) = default;
  FlightRecorder(const FlightRecorder&) = delete;
  FlightRecorder& operator=(const FlightRecorder&) = delete;
  FlightRecorder& operator=(FlightRecorder&&) = delete;
  ~FlightRecorder();  // closes

  // Gives the result its place in the history and keeps it. What comes back is to be published. Never fails:
  // a result that cannot be kept has its place and is published all the same, and every later call tries the
  // disk again.
  protocol::ResultMessage record(CheckResult result, protocol::Time now);

  // What is wrong, in one sentence, while results cannot be kept.
  [[nodiscard]] const std::optional<std::string>& health() const { return health_; }

  [[nodiscard]] Head head() const;

  // The results that follow a reader's cursor; {0, 0} asks from the beginning. The encoded results have at
  // most `most_bytes` together, but there is at least one if any follows. A cursor that this node cannot have
  // given makes a gap.
  [[nodiscard]] Page since(Cursor cursor, std::size_t most_bytes = largest_page) const;

  // Lines found damaged at the start: worth a line in the log.
  [[nodiscard]] std::size_t damaged_lines() const { return ring_ ? ring_->damaged() : 0; }

  // Writes down that the epoch ended in order, and waits for the disk. After it nothing may be recorded.
  void close();

private:
  FlightRecorder(RecorderSettings settings, protocol::Time now)
      : settings_{std::move(settings)}, last_{now.time_since_epoch().count(), 0}
  {}

  Expected<void> prepare();
  void begin_epoch();
  Expected<void> keep(const protocol::ResultMessage& message);
  void note(EpochNote::State state, bool sync = false);
  void suffer(const Error& error);
  void recover();

  RecorderSettings settings_;
  Cursor last_;
  std::optional<runtime::LockFile> lock_;
  std::unique_ptr<FlightRing> ring_;  // none until the folder could be locked and read
  std::optional<std::string> health_;
  std::optional<EpochNote::State> noted_;  // what the note on the disk says
};

}  // namespace muster::checkagent
