// SPDX-License-Identifier: Apache-2.0
#include "checkagent/flight_segment.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/runtime/system_failure.hpp"

namespace muster::checkagent {

namespace {

namespace json = protocol::json;

constexpr std::string_view name_start = "results-";
constexpr std::string_view name_end = ".jsonl";
constexpr std::size_t name_digits = 10;  // of any uint32: names sort as numbers
constexpr std::int64_t largest_count = std::int64_t{1} << 53;

std::optional<Cursor> read_cursor(const json::object& object)
{
  protocol::JsonReader reader{object, ""};
  const Cursor cursor{reader.integer("epoch", 0, largest_count), reader.integer("seq", 0, largest_count)};
  return reader.error() ? std::nullopt : std::optional{cursor};
}

json::object to_json(Cursor cursor)
{
  json::object object;
  object["epoch"] = cursor.epoch;
  object["seq"] = cursor.seq;
  return object;
}

void read_mark(const json::object& object, SegmentLine& line)
{
  protocol::JsonReader reader{object, ""};
  const auto at = read_cursor(reader.object("at"));
  line.whole = reader.optional_boolean("whole", false);
  if (!reader.error() && at) {
    line.at = *at;
    line.quiet_since = std::min(*at, read_cursor(reader.object("quiet_since")).value_or(*at));
    line.kind = SegmentLine::Kind::mark;
  }
}

void read_result(const json::object& object, std::string_view node, SegmentLine& line)
{
  const auto message = protocol::result_from_json(object, "");
  if (message && message->node == node && message->seq > 0) {
    line.at = {message->epoch, message->seq};
    line.kind = SegmentLine::Kind::result;
  }
}

SegmentLine parse_line(std::string_view text, std::string_view node)
{
  SegmentLine line;
  const auto object = protocol::parse_object(text);
  if (object && object->contains("at")) {
    read_mark(*object, line);
  } else if (object) {
    read_result(*object, node, line);
  }
  return line;
}

std::optional<std::uint32_t> number_of(std::string_view name)
{
  if (name.size() != name_start.size() + name_digits + name_end.size() || !name.starts_with(name_start) ||
      !name.ends_with(name_end)) {
    return std::nullopt;
  }
  const auto digits = name.substr(name_start.size(), name_digits);
  std::uint32_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? std::optional{number}
                                                                             : std::nullopt;
}

}  // namespace

SegmentLines parse_segment(std::string_view text, std::string_view node)
{
  SegmentLines found;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    if (end == std::string_view::npos) {
      break;
    }
    auto line = parse_line(text.substr(start, end - start), node);
    line.offset = static_cast<std::uint32_t>(start);
    line.length = static_cast<std::uint32_t>(end - start);
    found.lines.push_back(line);
    start = end + 1;
    found.complete_bytes = start;
  }
  return found;
}

std::string mark_line(Cursor at, bool whole)
{
  json::object mark;
  mark["at"] = to_json(at);
  mark["whole"] = whole;
  return json::serialize(mark) + "\n";
}

std::string first_line(Cursor at, Cursor quiet_since)
{
  json::object mark;
  mark["at"] = to_json(at);
  mark["quiet_since"] = to_json(quiet_since);
  return json::serialize(mark) + "\n";
}

std::string segment_name(std::uint32_t number)
{
  auto digits = std::to_string(number);
  digits.insert(0, name_digits - digits.size(), '0');
  return std::string{name_start} + digits + std::string{name_end};
}

Expected<std::vector<std::uint32_t>> segments_in(const std::filesystem::path& folder)
{
  std::vector<std::uint32_t> numbers;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    if (const auto number = number_of(entry->path().filename().string())) {
      numbers.push_back(*number);
    }
  }
  if (error) {
    return runtime::system_failure("read", folder, error.value());
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Expected<SegmentWriter> SegmentWriter::create(const std::filesystem::path& path)
{
  runtime::FileDescriptor file{
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)};
  if (!file.valid()) {
    return runtime::system_failure("write", path, errno);
  }
  return SegmentWriter{std::move(file), path, 0};
}

Expected<SegmentWriter> SegmentWriter::resume(const std::filesystem::path& path, std::size_t size)
{
  runtime::FileDescriptor file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)};
  if (!file.valid() || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    return runtime::system_failure("write", path, errno);
  }
  return SegmentWriter{std::move(file), path, size};
}

Expected<void> SegmentWriter::append(std::string_view lines)
{
  ssize_t written = 0;
  do {
    written = ::write(file_.get(), lines.data(), lines.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(lines.size())) {
    size_ += lines.size();
    return {};
  }
  // A regular file takes less than all only when the disk or a quota ends in the middle.
  const int number = written < 0 ? errno : ENOSPC;
  if (written > 0 && ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) {
    file_ = runtime::FileDescriptor{};
  }
  return runtime::system_failure("write", path_, number);
}

Expected<void> SegmentWriter::sync()
{
  if (file_.valid() && ::fdatasync(file_.get()) != 0) {
    return runtime::system_failure("sync", path_, errno);
  }
  return {};
}

Expected<std::string> SegmentReader::read(const LinePlace& place)
{
  const auto path = folder_ / segment_name(place.segment);
  if (!file_.valid() || segment_ != place.segment) {
    file_ = runtime::FileDescriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    segment_ = place.segment;
  }
  std::string line(place.length, '\0');
  const auto size = ::pread(file_.get(), line.data(), line.size(), static_cast<off_t>(place.offset));
  if (size < 0) {
    return runtime::system_failure("read", path, errno);
  }
  line.resize(static_cast<std::size_t>(size));
  return line;
}

}  // namespace muster::checkagent
