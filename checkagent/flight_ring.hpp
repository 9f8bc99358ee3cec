// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "checkagent/flight_segment.hpp"
#include "checkagent/recorded_history.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

struct RingLimits {
  std::size_t results = 10'000;
  std::uint64_t bytes = std::uint64_t{16} << 20U;  // on disk; at least smallest_ring
};

// Room for a few results of the largest size that there can be.
inline constexpr std::uint64_t smallest_ring = std::uint64_t{512} << 10U;

// The ring on disk: segment files in one folder, and where everything in them is. When it is full, the oldest
// segment goes, about a tenth of the ring at a time. The folder must be locked by the caller. One thread.
class FlightRing {
public:
  // Reads what is there. Lines that are damaged are left out (the history says that something is missing); a
  // torn last line goes, because what it was to hold was never published.
  static Expected<FlightRing> load(
      const std::filesystem::path& folder, std::string_view node, RingLimits limits);

  [[nodiscard]] const RecordedHistory& history() const { return history_; }

  // Lines found damaged by load().
  [[nodiscard]] std::size_t damaged() const { return damaged_; }

  // There are damaged lines behind the last entry: it need not have been the last.
  [[nodiscard]] bool end_is_damaged() const { return end_is_damaged_; }

  // `line` is the result's JSON. After a failure the ring is as it was before; nothing says yet that the
  // result is lost.
  Expected<void> add_result(Cursor at, std::string_view line);

  // The mark counts at once; its line is written by write_marks() or with the next result.
  void add_mark(Cursor at, bool whole);
  Expected<void> write_marks();

  void add_loss(Cursor at) { history_.add_loss(at, last_segment()); }

  // Waits until everything written is on the disk.
  Expected<void> sync() { return writer_.sync(); }

private:
  struct Segment {
    std::uint32_t number = 0;
    std::size_t lines = 0;
    std::size_t bytes = 0;
    std::size_t complete_bytes = 0;  // as load() found it: without a torn last line
  };

  FlightRing(std::filesystem::path folder, RingLimits limits) : folder_{std::move(folder)}, limits_{limits} {}

  void load_segment(std::uint32_t number, std::string_view node);
  void take_line(const SegmentLine& line, std::uint32_t segment, bool is_header);
  void resume_last();

  Expected<void> write(std::string_view lines);
  Expected<void> make_room(std::size_t bytes);
  [[nodiscard]] bool is_full(std::size_t bytes) const;
  [[nodiscard]] bool fits_segment(std::size_t bytes) const;
  Expected<void> start_segment();
  Expected<void> drop_oldest();

  [[nodiscard]] std::uint32_t last_segment() const { return segments_.empty() ? 0 : segments_.back().number; }

  std::filesystem::path folder_;
  RingLimits limits_;
  RecordedHistory history_;
  std::deque<Segment> segments_;
  std::uint32_t next_segment_ = 1;
  std::uint64_t bytes_ = 0;  // of all segments
  SegmentWriter writer_;     // of the last segment; not open: the next line starts a new one
  Cursor on_disk_;           // what the last line on the disk says
  std::string unwritten_;    // lines of marks
  std::size_t damaged_ = 0;
  bool end_is_damaged_ = false;
};

}  // namespace muster::checkagent
