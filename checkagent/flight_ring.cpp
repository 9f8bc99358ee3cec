// SPDX-License-Identifier: Apache-2.0
#include "checkagent/flight_ring.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include "libmuster/runtime/system_failure.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

// Small enough that dropping one loses little of the ring and reading one at the start costs little memory.
constexpr std::size_t largest_segment = std::size_t{1} << 20U;
constexpr std::size_t most_segment_results = 1'000;
constexpr std::size_t parts_of_a_ring = 10;

// However small the ring, it can tell this many starts without a result apart.
constexpr std::size_t fewest_marks = 100;

// Room for the note of the epoch, the lock's pid and the first line of a new segment.
constexpr std::uint64_t small_files = 1'024;

// What a reader takes: a limit that was larger once left nothing beyond this.
constexpr std::size_t largest_readable_segment = 2 * largest_segment;

}  // namespace

Expected<FlightRing> FlightRing::load(
    const std::filesystem::path& folder, std::string_view node, RingLimits limits)
{
  limits.results = std::max<std::size_t>(limits.results, 1);
  limits.bytes = std::max(limits.bytes, smallest_ring);
  const auto numbers = segments_in(folder);
  if (!numbers) {
    return tl::unexpected{numbers.error()};
  }
  FlightRing ring{folder, limits};
  for (const auto number : *numbers) {
    ring.load_segment(number, node);
  }
  ring.resume_last();
  for (const auto& segment : ring.segments_) {
    ring.bytes_ += segment.bytes;
  }
  ring.next_segment_ = numbers->empty() ? 1 : numbers->back() + 1;
  ring.on_disk_ = ring.history_.last();
  return ring;
}

void FlightRing::load_segment(std::uint32_t number, std::string_view node)
{
  const auto path = folder_ / segment_name(number);
  const auto text = runtime::read_text_file(path, largest_readable_segment);
  if (!text) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    segments_.push_back({number, 0, error ? 0 : size, 0});
    ++damaged_;
    end_is_damaged_ = true;
    return;
  }
  const auto found = parse_segment(*text, node);
  for (const auto& line : found.lines) {
    take_line(line, number, line.offset == 0);
  }
  segments_.push_back({number, found.lines.size(), text->size(), found.complete_bytes});
}

void FlightRing::take_line(const SegmentLine& line, std::uint32_t segment, bool is_header)
{
  if (line.kind == SegmentLine::Kind::mark && is_header) {
    if (segments_.empty()) {
      history_ = RecordedHistory{line.at, line.quiet_since};
    } else if (line.at > history_.last()) {
      history_.add_mark(line.at, false, segment);  // a segment between this and the one before is lost
    }
    return;
  }
  bool taken = false;
  if (line.kind == SegmentLine::Kind::mark) {
    taken = history_.add_mark(line.at, line.whole && !end_is_damaged_, segment);
  } else if (line.kind == SegmentLine::Kind::result) {
    taken = history_.add_result(line.at, {segment, line.offset, line.length});
  }
  damaged_ += taken ? 0U : 1U;
  end_is_damaged_ = !taken;
}

// A segment that cannot be written any more is left as it is, and the next line starts a new one.
void FlightRing::resume_last()
{
  if (segments_.empty() || segments_.back().complete_bytes == 0) {
    return;
  }
  auto& segment = segments_.back();
  if (auto writer = SegmentWriter::resume(folder_ / segment_name(segment.number), segment.complete_bytes)) {
    segment.bytes = segment.complete_bytes;
    writer_ = std::move(*writer);
  }
}

Expected<void> FlightRing::add_result(Cursor at, std::string_view line)
{
  auto text = unwritten_ + std::string{line} + "\n";
  if (auto written = write(text); !written) {
    return written;
  }
  unwritten_.clear();
  on_disk_ = at;
  const auto offset = writer_.size() - line.size() - 1;
  history_.add_result(
      at, {last_segment(), static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(line.size())});
  return {};
}

void FlightRing::add_mark(Cursor at, bool whole)
{
  if (history_.add_mark(at, whole, last_segment())) {
    unwritten_ += mark_line(at, whole);
  }
}

Expected<void> FlightRing::write_marks()
{
  if (unwritten_.empty()) {
    return {};
  }
  if (auto written = write(unwritten_); !written) {
    return written;
  }
  unwritten_.clear();
  on_disk_ = history_.last();
  return {};
}

Expected<void> FlightRing::write(std::string_view lines)
{
  if (auto room = make_room(lines.size()); !room) {
    return room;
  }
  if (!fits_segment(lines.size())) {
    if (auto started = start_segment(); !started) {
      return started;
    }
  }
  auto& segment = segments_.back();
  auto appended = writer_.append(lines);
  if (appended) {
    const auto line_feeds = std::count(lines.begin(), lines.end(), '\n');
    segment.lines += static_cast<std::size_t>(line_feeds);
  }
  if (appended || !writer_.open()) {
    segment.bytes += lines.size();  // of half a line that could not be taken back, the most it can be
    bytes_ += lines.size();
  }
  return appended;
}

bool FlightRing::fits_segment(std::size_t bytes) const
{
  if (!writer_.open()) {
    return false;
  }
  const auto& segment = segments_.back();
  const auto most_lines = std::clamp<std::size_t>(limits_.results / parts_of_a_ring, 1, most_segment_results);
  const auto most_bytes = std::min<std::uint64_t>(limits_.bytes / parts_of_a_ring, largest_segment);
  return segment.lines <= 1 || (segment.lines <= most_lines && segment.bytes + bytes <= most_bytes);
}

bool FlightRing::is_full(std::size_t bytes) const
{
  // A program that restarts for ever without a result leaves marks only: they must not grow either.
  const auto most_entries = 2 * limits_.results + fewest_marks;
  return history_.results() >= limits_.results || bytes_ + bytes + small_files > limits_.bytes ||
         history_.entries() >= most_entries;
}

Expected<void> FlightRing::make_room(std::size_t bytes)
{
  while (!segments_.empty() && is_full(bytes)) {
    if (auto dropped = drop_oldest(); !dropped) {
      return dropped;
    }
  }
  return {};
}

Expected<void> FlightRing::drop_oldest()
{
  const auto& oldest = segments_.front();
  const auto path = folder_ / segment_name(oldest.number);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return runtime::system_failure("remove", path, errno);
  }
  if (segments_.size() == 1) {
    writer_ = SegmentWriter{};
  }
  history_.forget(oldest.number, on_disk_);
  bytes_ -= oldest.bytes;
  segments_.pop_front();
  return {};
}

Expected<void> FlightRing::start_segment()
{
  const auto number = next_segment_++;
  const auto path = folder_ / segment_name(number);
  auto writer = SegmentWriter::create(path);
  if (!writer) {
    return tl::unexpected{writer.error()};
  }
  const auto header = first_line(on_disk_, history_.quiet_before(on_disk_));
  if (auto appended = writer->append(header); !appended) {
    ::unlink(path.c_str());
    return appended;
  }
  writer_ = std::move(*writer);
  history_.move_behind(on_disk_, number);
  segments_.push_back({number, 1, header.size(), header.size()});
  bytes_ += header.size();
  return {};
}

}  // namespace muster::checkagent
