// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_zone.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "collector/state/zone_rule.hpp"

namespace muster::collector {

using std::chrono::seconds;
using std::chrono::sys_seconds;

struct TimeZone::Data {
  seconds first_offset{0};
  std::vector<Change> changes;   // in the order of time
  std::optional<ZoneRule> rule;  // after the last change
};

namespace {

constexpr std::size_t longest_name = 64;  // Debian 12's longest has 32
constexpr std::size_t header_size = 44;
constexpr std::size_t counts_at = 20;
constexpr std::size_t type_size = 6;
constexpr std::size_t long_time_size = 8;
constexpr std::size_t short_time_size = 4;
// RFC 8536, 3.2: no zone is farther from Greenwich.
constexpr seconds farthest{26 * 3600};

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
  const auto most =
      std::max({counts.utc, counts.standard, counts.leap, counts.time, counts.type, counts.letter});
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

// The part of the file that counts, with times of 64 bits, and behind it the footer.
struct Block {
  Counts counts;
  std::string_view bytes;

  [[nodiscard]] sys_seconds time(std::size_t change) const
  {
    return sys_seconds{seconds{signed_64(bytes.substr(change * long_time_size, long_time_size))}};
  }

  [[nodiscard]] std::size_t type(std::size_t change) const
  {
    return static_cast<unsigned char>(bytes[counts.time * long_time_size + change]);
  }

  [[nodiscard]] seconds offset(std::size_t type) const
  {
    const auto types = counts.time * (long_time_size + 1);
    return seconds{signed_32(bytes.substr(types + type * type_size, 4))};
  }

  [[nodiscard]] std::string_view footer() const { return bytes.substr(counts.block_size(long_time_size)); }
};

// Version 1's block comes first, for readers of long ago.
std::optional<Block> find_block(std::string_view file)
{
  const auto old = file.size() > TimeZone::largest_file ? std::nullopt : read_header(file);
  if (!old || file.size() - header_size < old->block_size(short_time_size)) {
    return {};
  }
  file.remove_prefix(header_size + old->block_size(short_time_size));
  const auto counts = read_header(file);
  if (!counts || counts->type == 0 || file.size() - header_size < counts->block_size(long_time_size)) {
    return {};
  }
  return Block{*counts, file.substr(header_size)};
}

// Nothing if one is out of order, of no type, or farther than any zone is.
std::optional<std::vector<TimeZone::Change>> read_changes(const Block& block)
{
  std::vector<TimeZone::Change> changes;
  changes.reserve(block.counts.time);
  for (std::size_t i = 0; i < block.counts.time; ++i) {
    const auto at = block.time(i);
    const bool ordered = changes.empty() || changes.back().at < at;
    if (!ordered || block.type(i) >= block.counts.type ||
        std::chrono::abs(block.offset(block.type(i))) > farthest) {
      return {};
    }
    changes.push_back({at, block.offset(block.type(i))});
  }
  return changes;
}

}  // namespace

bool is_zone_name(std::string_view name)
{
  constexpr std::string_view others = "_-+/";
  const bool empty_part =
      name.starts_with('/') || name.ends_with('/') || name.find("//") != std::string_view::npos;
  return !name.empty() && name.size() <= longest_name && !empty_part &&
         std::all_of(name.begin(), name.end(), [&](char letter) {
           const auto byte = static_cast<unsigned char>(letter);
           return (byte < 0x80 && std::isalnum(byte) != 0) || others.find(letter) != std::string_view::npos;
         });
}

TimeZone TimeZone::utc()
{
  return TimeZone{std::make_shared<const Data>()};
}

Expected<TimeZone> TimeZone::parse(std::string_view file)
{
  const auto block = find_block(file);
  auto changes = block ? read_changes(*block) : std::nullopt;
  if (!changes || std::chrono::abs(block->offset(0)) > farthest) {
    return failure(
        ErrorCode::invalid_input, "not a time zone file (TZif, version 2 or later), or a damaged one");
  }
  Data data{block->offset(0), std::move(*changes), {}};
  if (const auto text = rule_in(block->footer()); !text.empty()) {
    auto rule = ZoneRule::parse(text);
    if (!rule) {
      return tl::unexpected<Error>{std::move(rule.error())};
    }
    data.rule = *rule;
  }
  return TimeZone{std::make_shared<const Data>(std::move(data))};
}

seconds TimeZone::offset_at(Time time) const
{
  const auto second = std::chrono::floor<seconds>(time);
  const auto& changes = data_->changes;
  const auto next =
      std::upper_bound(changes.begin(), changes.end(), second, [](sys_seconds at, const Change& change) {
        return at < change.at;
      });
  if (next == changes.end() && data_->rule) {
    return data_->rule->offset_at(second);
  }
  return next == changes.begin() ? data_->first_offset : std::prev(next)->offset;
}

}  // namespace muster::collector
