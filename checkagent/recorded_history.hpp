// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "libmuster/protocol/messages.hpp"

namespace muster::checkagent {

using protocol::Cursor;

// Where a result's line stands: in which segment file, from which byte, how many without its line feed.
struct LinePlace {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// What the flight recorder knows of the history of its node, in order: results that it holds, and marks,
// which are places without a result. It tells which results follow a cursor and whether they are all that
// ever followed it. Holds no results itself, only where they are (32 bytes each). Pure; one thread.
class RecordedHistory {
public:
  // What follows a cursor.
  struct Slice {
    struct Result {
      Cursor at;
      LinePlace place;
    };

    std::vector<Result> results;
    bool more = false;  // there are results behind the last one of these
    bool gap = false;   // results are missing between the cursor and the last of these; without `more`, and
                        // the end of the history
  };

  // A history of which everything up to `base` is forgotten, but for this: there was no result behind
  // `quiet_since`. {0, 0} is the beginning of all.
  explicit RecordedHistory(Cursor base = {}, Cursor quiet_since = {}) : base_{base}, quiet_since_{quiet_since}
  {}

  [[nodiscard]] Cursor last() const { return entries_.empty() ? base_ : entries_.back().at; }

  [[nodiscard]] std::size_t results() const { return results_; }

  [[nodiscard]] std::size_t entries() const { return entries_.size(); }

  // The oldest result that it still holds.
  [[nodiscard]] std::optional<Cursor> oldest() const;

  // The earliest place from which `at`, one that it knows, was reached without a result: `at` itself if that
  // is a result.
  [[nodiscard]] Cursor quiet_before(Cursor at) const;

  // What is added must lie behind last(); false, and nothing happens, if it does not.
  bool add_result(Cursor at, LinePlace place);

  // `whole`: nothing is missing between what was last and this mark.
  bool add_mark(Cursor at, bool whole, std::uint32_t segment);

  // The result at `at`, and everything between last() and it, was never kept.
  void add_loss(Cursor at, std::uint32_t segment);

  // Forgets what stands in this segment or an older one, but nothing behind `end`.
  void forget(std::uint32_t segment, Cursor end);

  // What lies behind `end` is going to stand in `segment`, which is the newest.
  void move_behind(Cursor end, std::uint32_t segment);

  // A cursor that this history cannot have given (an epoch it does not know, a place behind its end) gets a
  // gap, and what is known behind that place; behind the end, everything. The lines of a slice have at most
  // `most_bytes` together, but one result there always is, if there are any.
  [[nodiscard]] Slice after(Cursor cursor, std::size_t most_bytes) const;

private:
  struct Entry {
    Cursor at;
    LinePlace place;     // length 0: a mark
    bool whole = false;  // nothing is missing between the entry before and this one

    [[nodiscard]] bool is_result() const { return place.length != 0; }
  };

  [[nodiscard]] bool joins(Cursor cursor, std::size_t next) const;
  [[nodiscard]] std::size_t first_behind(Cursor cursor) const;

  Cursor base_;
  Cursor quiet_since_;
  std::deque<Entry> entries_;
  std::size_t results_ = 0;
};

}  // namespace muster::checkagent
