// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_zone.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "collector/state/zone_rule.hpp"

namespace muster::collector {

using std::chrono::seconds;
using std::chrono::sys_seconds;

struct TimeZone::Data {
  struct Change {
    sys_seconds at;
    seconds offset{0};  // from then on
  };

  seconds first_offset{0};
  std::vector<Change> changes;   // in the order of time
  std::optional<ZoneRule> rule;  // after the last change
};

namespace {

constexpr std::size_t header_size = 44;
constexpr std::size_t counts_at = 20;
constexpr std::size_t type_size = 6;
constexpr std::size_t long_time_size = 8;
constexpr std::size_t short_time_size = 4;
// RFC 8536, 3.2: no zone is farther from Greenwich than 26 hours, nor has any year more than a few changes.
constexpr std::int64_t farthest = 26 * 3600;
// A date beyond these is no date of std::chrono; of real files only the "big bang" of -2^59 is.
constexpr std::int64_t earliest = -60'000'000'000;
constexpr std::int64_t latest = 250'000'000'000;

// The counts of a block, in the order of the file.
struct Counts {
  std::size_t utc = 0;
  std::size_t standard = 0;
  std::size_t leap = 0;
  std::size_t time = 0;
  std::size_t type = 0;
  std::size_t letter = 0;

  [[nodiscard]] std::size_t block_size(std::size_t time_size) const
  {
    return time * (time_size + 1) + type * type_size + letter + leap * (time_size + 4) + standard + utc;
  }
};

std::uint64_t big_endian(std::string_view bytes)
{
  std::uint64_t value = 0;
  for (const char byte : bytes) {
    value = value << 8U | static_cast<unsigned char>(byte);
  }
  return value;
}

std::int64_t signed_64(std::string_view bytes)
{
  return static_cast<std::int64_t>(big_endian(bytes));
}

std::int32_t signed_32(std::string_view bytes)
{
  return static_cast<std::int32_t>(big_endian(bytes));
}

// Nothing if it is no header, or one that promises more than any file holds.
std::optional<Counts> read_header(std::string_view file)
{
  if (file.size() < header_size || !file.starts_with("TZif") || file[4] < '2') {
    return {};
  }
  const auto count = [&](std::size_t position) -> std::size_t {
    return big_endian(file.substr(counts_at + position * 4, 4));
  };
  const Counts counts{count(0), count(1), count(2), count(3), count(4), count(5)};
  const auto most = std::max({counts.utc, counts.standard, counts.leap, counts.time, counts.type, counts.letter});
  return most > TimeZone::largest_file ? std::nullopt : std::optional{counts};
}

std::string_view rule_in(std::string_view footer)
{
  if (footer.size() < 2 || !footer.starts_with('\n')) {
    return {};
  }
  footer.remove_prefix(1);
  return footer.substr(0, footer.find('\n'));
}

Error broken()
{
  return {ErrorCode::invalid_input, "not a time zone file (TZif, version 2 or later), or a damaged one"};
}

}  // namespace

TimeZone TimeZone::utc()
{
  return TimeZone{std::make_shared<const Data>()};
}

Expected<TimeZone> TimeZone::parse(std::string_view file)
{
  // Version 1's block comes first, for readers of long ago.
  const auto old = file.size() > largest_file ? std::nullopt : read_header(file);
  if (!old || file.size() - header_size < old->block_size(short_time_size)) {
    return tl::unexpected<Error>{broken()};
  }
  file.remove_prefix(header_size + old->block_size(short_time_size));
  const auto counts = read_header(file);
  if (!counts || counts->type == 0 || file.size() - header_size < counts->block_size(long_time_size)) {
    return tl::unexpected<Error>{broken()};
  }
  file.remove_prefix(header_size);
  const auto indices = file.substr(counts->time * long_time_size);
  const auto types = indices.substr(counts->time);
  const auto offset_of = [&](std::size_t type) { return signed_32(types.substr(type * type_size, 4)); };

  Data data;
  data.first_offset = seconds{offset_of(0)};
  data.changes.reserve(counts->time);
  for (std::size_t i = 0; i < counts->time; ++i) {
    const auto at = std::clamp(signed_64(file.substr(i * long_time_size, long_time_size)), earliest, latest);
    const std::size_t type = static_cast<unsigned char>(indices[i]);
    const bool ordered = i == 0 || data.changes.back().at.time_since_epoch().count() <= at;
    if (type >= counts->type || !ordered || std::abs(std::int64_t{offset_of(type)}) > farthest) {
      return tl::unexpected<Error>{broken()};
    }
    data.changes.push_back({sys_seconds{seconds{at}}, seconds{offset_of(type)}});
  }
  if (const auto text = rule_in(file.substr(counts->block_size(long_time_size))); !text.empty()) {
    auto rule = ZoneRule::parse(text);
    if (!rule) {
      return tl::unexpected<Error>{rule.error()};
    }
    data.rule = *rule;
  }
  return TimeZone{std::make_shared<const Data>(std::move(data))};
}

seconds TimeZone::offset_at(Time time) const
{
  const auto second = std::chrono::floor<seconds>(time);
  const auto& changes = data_->changes;
  const auto next = std::upper_bound(
      changes.begin(), changes.end(), second, [](sys_seconds at, const Data::Change& change) {
        return at < change.at;
      });
  if (next == changes.end() && data_->rule) {
    return data_->rule->offset_at(second);
  }
  return next == changes.begin() ? data_->first_offset : std::prev(next)->offset;
}

}  // namespace muster::collector
