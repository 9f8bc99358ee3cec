// SPDX-License-Identifier: Apache-2.0
#include "checkagent/recorded_history.hpp"

#include <algorithm>

namespace muster::checkagent {

namespace {

bool follows(Cursor next, Cursor previous)
{
  return next.epoch == previous.epoch && next.seq == previous.seq + 1;
}

}  // namespace

std::optional<Cursor> RecordedHistory::oldest() const
{
  const auto first =
      std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.is_result(); });
  return first == entries_.end() ? std::nullopt : std::optional{first->at};
}

Cursor RecordedHistory::quiet_before(Cursor at) const
{
  for (auto next = first_behind(at); next > 0; --next) {
    const auto& entry = entries_[next - 1];
    if (entry.is_result() || !entry.whole) {
      return entry.at;
    }
  }
  return quiet_since_;
}

bool RecordedHistory::add_result(Cursor at, LinePlace place)
{
  if (at <= last() || place.length == 0) {
    return false;
  }
  entries_.push_back({at, place, follows(at, last())});
  ++results_;
  return true;
}

bool RecordedHistory::add_mark(Cursor at, bool whole, std::uint32_t segment)
{
  if (at <= last()) {
    return false;
  }
  entries_.push_back({at, {segment, 0, 0}, whole});
  return true;
}

void RecordedHistory::add_loss(Cursor at, std::uint32_t segment)
{
  // A long time without a disk is one entry, not thousands.
  if (!entries_.empty()) {
    auto& last_entry = entries_.back();
    const bool is_loss = !last_entry.is_result() && !last_entry.whole && last_entry.at.seq > 0;
    if (is_loss && last_entry.at.epoch == at.epoch && last_entry.at < at) {
      last_entry.at = at;
      return;
    }
  }
  add_mark(at, false, segment);
}

void RecordedHistory::move_behind(Cursor end, std::uint32_t segment)
{
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->at > end; ++entry) {
    entry->place.segment = segment;
  }
}

void RecordedHistory::forget(std::uint32_t segment, Cursor end)
{
  while (!entries_.empty() && entries_.front().place.segment <= segment && entries_.front().at <= end) {
    const auto& oldest = entries_.front();
    quiet_since_ = !oldest.is_result() && oldest.whole ? quiet_since_ : oldest.at;
    base_ = oldest.at;
    results_ -= entries_.front().is_result() ? 1U : 0U;
    entries_.pop_front();
  }
}

std::size_t RecordedHistory::first_behind(Cursor cursor) const
{
  const auto found =
      std::upper_bound(entries_.begin(), entries_.end(), cursor, [](Cursor wanted, const Entry& entry) {
        return wanted < entry.at;
      });
  return static_cast<std::size_t>(found - entries_.begin());
}

// Whether nothing is missing between the cursor and the entry that is next behind it.
bool RecordedHistory::joins(Cursor cursor, std::size_t next) const
{
  const bool at_previous =
      next == 0 ? cursor >= quiet_since_ && cursor <= base_ : cursor == entries_[next - 1].at;
  if (next == entries_.size()) {
    return at_previous;
  }
  const auto& entry = entries_[next];
  return at_previous ? entry.whole : entry.is_result() && follows(entry.at, cursor);
}

RecordedHistory::Slice RecordedHistory::after(Cursor cursor, std::size_t most_bytes) const
{
  Slice slice;
  const bool beyond_the_end = cursor > last();
  const auto first = beyond_the_end ? 0 : first_behind(cursor);
  bool missing = beyond_the_end || !joins(cursor, first);
  std::size_t bytes = 0;
  for (auto i = first; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    missing = missing || (i != first && !entry.whole);
    if (!entry.is_result()) {
      continue;
    }
    bytes += entry.place.length;
    if (!slice.results.empty() && bytes > most_bytes) {
      slice.more = true;
      return slice;
    }
    slice.results.push_back({entry.at, entry.place});
    slice.gap = missing;
  }
  slice.gap = missing;
  return slice;
}

}  // namespace muster::checkagent
