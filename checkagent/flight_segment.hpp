// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "checkagent/recorded_history.hpp"
#include "libmuster/error.hpp"
#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::checkagent {

// One file of the flight recorder's ring: lines of JSON, each written with one write(2).
//   {"at":{"epoch":E,"seq":S},"whole":true}   a mark; the first line of a file names what came before the
//   file
//   {"node":…,"epoch":E,"seq":S,…}            a result, as it is published (docs/protocol.md)

// What one line of a segment says.
struct SegmentLine {
  enum class Kind { mark, result, damaged };

  Kind kind = Kind::damaged;
  Cursor at;           // mark and result
  bool whole = false;  // mark
  Cursor quiet_since;  // first line of a file
  std::uint32_t offset = 0;
  std::uint32_t length = 0;  // without the line feed
};

struct SegmentLines {
  std::vector<SegmentLine> lines;
  std::size_t complete_bytes = 0;  // up to the end of the last line that is complete; what follows is torn
};

// Pure. A result of another node counts as damaged.
SegmentLines parse_segment(std::string_view text, std::string_view node);

// With their line feed.
std::string mark_line(Cursor at, bool whole);
std::string first_line(Cursor at, Cursor quiet_since);

std::string segment_name(std::uint32_t number);

// The segments in the folder, oldest first; other files are none of ours.
Expected<std::vector<std::uint32_t>> segments_in(const std::filesystem::path& folder);

// A segment that lines are added to. One thread.
class SegmentWriter {
public:
  SegmentWriter() = default;

  // Makes a new file; it must not be there.
  static Expected<SegmentWriter> create(const std::filesystem::path& path);

  // Goes on behind byte `size`; what the file has behind it is cut off.
  static Expected<SegmentWriter> resume(const std::filesystem::path& path, std::size_t size);

  [[nodiscard]] bool open() const { return file_.valid(); }

  [[nodiscard]] std::size_t size() const { return size_; }

  // All of `lines` or nothing. After a failure that leaves half a line behind, open() is false.
  Expected<void> append(std::string_view lines);

  // Waits until everything is on the disk.
  Expected<void> sync();

private:
  SegmentWriter(runtime::FileDescriptor file, std::filesystem::path path, std::size_t size)
      : file_{std::move(file)}, path_{std::move(path)}, size_{size}
  {}

  runtime::FileDescriptor file_;
  std::filesystem::path path_;
  std::size_t size_ = 0;
};

// The bytes of lines, by where they are. Opens each file once as long as reads stay in one segment.
class SegmentReader {
public:
  explicit SegmentReader(std::filesystem::path folder) : folder_{std::move(folder)} {}

  Expected<std::string> read(const LinePlace& place);

private:
  std::filesystem::path folder_;
  std::uint32_t segment_ = 0;
  runtime::FileDescriptor file_;
};

}  // namespace muster::checkagent
