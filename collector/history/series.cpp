// SPDX-License-Identifier: Apache-2.0
#include "collector/history/series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "libmuster/model/base_unit.hpp"
#include "libmuster/model/decimal.hpp"

namespace muster::collector {

namespace {

constexpr double greatest_whole = 9e18;  // below 2^63: librrd compares the digits of counters as integers
constexpr double percent_ceiling = 100;

std::optional<double> scaled(const std::optional<double>& number, double factor)
{
  if (!number || !std::isfinite(*number * factor)) {
    return std::nullopt;
  }
  return *number * factor;
}

std::optional<ThresholdRange> scaled(const std::optional<ThresholdRange>& range, double factor)
{
  if (!range) {
    return std::nullopt;
  }
  return ThresholdRange{range->start * factor, range->end * factor, range->alert_inside};
}

Reading reading_of(const PerfdataValue& printed)
{
  const auto unit = base_unit(printed.unit);
  return {
      printed.label,
      std::string{unit.base},
      printed.unit == "c" ? SeriesKind::derive : SeriesKind::gauge,
      scaled(printed.value, unit.factor),
      scaled(printed.warning, unit.factor),
      scaled(printed.critical, unit.factor),
      scaled(printed.min, unit.factor),
      scaled(printed.max, unit.factor)};
}

bool same_series(const Reading& one, const Reading& other)
{
  return one.label == other.label && one.unit == other.unit;
}

// FNV-1a, 64 bit (RFC draft-eastlake-fnv). It need not withstand forgers: a name that is taken gets another.
std::uint64_t hash_of(std::string_view text)
{
  constexpr std::uint64_t offset_basis = 14695981039346656037U;
  constexpr std::uint64_t prime = 1099511628211U;
  auto hash = offset_basis;
  for (const auto character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * prime;
  }
  return hash;
}

constexpr std::size_t hash_digits = 8;

std::string digits_of(std::uint64_t hash)
{
  constexpr std::string_view alphabet{"abcdefghijklmnopqrstuvwxyz234567"};  // RFC 4648 base32, lower case
  constexpr unsigned bits = 5;
  std::string digits;
  for (std::size_t i = 0; i < hash_digits; ++i) {
    digits += alphabet[hash % alphabet.size()];
    hash >>= bits;
  }
  return digits;
}

bool is_name_character(char character)
{
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

std::string hashed_name(const Reading& reading, std::size_t attempt)
{
  constexpr auto readable = max_data_source_name_bytes - hash_digits - 1;
  std::string name = reading.label.substr(0, readable);
  std::replace_if(
      name.begin(), name.end(), [](char character) { return !is_name_character(character); }, '_');
  // A line break cannot be in a label, so that the parts of the text cannot run into one another.
  std::string text = reading.label;
  text += '\n' + reading.unit;
  text += '\n' + std::to_string(attempt);
  name += '_';
  name += digits_of(hash_of(text));
  return name;
}

bool is_of(const Series& series, const Reading& reading)
{
  return series.label == reading.label && series.unit == reading.unit && series.kind == reading.kind;
}

bool take_notes(Series& series, const Reading& reading)
{
  const bool as_before = series.warning == reading.warning && series.critical == reading.critical &&
                         series.min == reading.min && series.max == reading.max;
  series.warning = reading.warning;
  series.critical = reading.critical;
  series.min = reading.min;
  series.max = reading.max;
  return !as_before;
}

Series series_of(std::string name, const Reading& reading)
{
  return {
      std::move(name),
      reading.label,
      reading.unit,
      reading.kind,
      reading.warning,
      reading.critical,
      reading.min,
      reading.max};
}

std::string value_text(const std::optional<double>& value, SeriesKind kind)
{
  if (!value || !std::isfinite(*value)) {
    return "U";
  }
  if (kind == SeriesKind::gauge) {
    return format_decimal(*value);
  }
  return std::abs(*value) < greatest_whole ? std::to_string(std::llround(*value)) : "U";
}

}  // namespace

bool is_data_source_name(std::string_view text)
{
  return !text.empty() && text.size() <= max_data_source_name_bytes &&
         std::all_of(text.begin(), text.end(), is_name_character);
}

std::string_view to_string(SeriesKind kind)
{
  return kind == SeriesKind::derive ? "DERIVE" : "GAUGE";
}

std::vector<Reading> readings_of(const Perfdata& perfdata)
{
  std::vector<Reading> readings;
  readings.reserve(std::min(perfdata.values.size(), max_data_sources_per_file));
  for (const auto& printed : perfdata.values) {
    if (readings.size() == max_data_sources_per_file) {
      break;
    }
    auto reading = reading_of(printed);
    if (std::none_of(readings.begin(), readings.end(), [&](const Reading& earlier) {
          return same_series(earlier, reading);
        })) {
      readings.push_back(std::move(reading));
    }
  }
  return readings;
}

SeriesLimits limits_of(const Reading& reading)
{
  SeriesLimits limits;
  if (reading.kind == SeriesKind::derive || (reading.min == 0 && reading.value.value_or(0) >= 0)) {
    limits.lower = 0;
  }
  if (reading.kind == SeriesKind::gauge && reading.unit == "%" && reading.max == percent_ceiling &&
      reading.value.value_or(0) <= percent_ceiling) {
    limits.upper = percent_ceiling;
  }
  return limits;
}

SeriesTable::SeriesTable(SeriesNaming naming, std::vector<Series> series)
    : naming_{naming}, series_{std::move(series)}
{}

SeriesChange SeriesTable::take_in(const std::vector<Reading>& readings)
{
  SeriesChange change;
  std::size_t hint = 0;
  for (const auto& reading : readings) {
    if (const auto index = find(reading, hint++)) {
      change.notes_changed |= take_notes(series_[*index], reading);
    } else if (reading.value) {
      place(reading, change);
    }
  }
  return change;
}

// A file that lost its sidecar still has the names: the series are found again by them.
void SeriesTable::place(const Reading& reading, SeriesChange& change)
{
  const auto name = name_for(reading);
  if (const auto index = nameless(name, reading.kind)) {
    series_[*index] = series_of(name, reading);
    change.notes_changed = true;
  } else if (series_.size() >= max_data_sources_per_file) {
    ++change.left_out;
  } else {
    change.added.push_back(series_.size());
    change.limits.push_back(limits_of(reading));
    series_.push_back(series_of(name, reading));
    change.notes_changed = true;
  }
}

std::vector<std::optional<double>> SeriesTable::row(const std::vector<Reading>& readings) const
{
  std::vector<std::optional<double>> values(series_.size());
  std::size_t hint = 0;
  for (const auto& reading : readings) {
    if (const auto index = find(reading, hint++)) {
      values[*index] = reading.value;
    }
  }
  return values;
}

// Results name their values in the same order, result after result: the hint is nearly always right.
std::optional<std::size_t> SeriesTable::find(const Reading& reading, std::size_t hint) const
{
  if (hint < series_.size() && is_of(series_[hint], reading)) {
    return hint;
  }
  const auto found = std::find_if(
      series_.begin(), series_.end(), [&](const Series& series) { return is_of(series, reading); });
  return found == series_.end() ? std::nullopt
                                : std::optional{static_cast<std::size_t>(found - series_.begin())};
}

// A nameless one of the same kind is free to be taken over.
bool SeriesTable::taken(std::string_view name, SeriesKind kind) const
{
  return std::any_of(series_.begin(), series_.end(), [&](const Series& series) {
    return series.data_source == name && (!series.label.empty() || series.kind != kind);
  });
}

std::string SeriesTable::name_for(const Reading& reading) const
{
  if (naming_ == SeriesNaming::by_number) {
    return next_number(reading.kind);
  }
  auto name = is_data_source_name(reading.label) ? reading.label : hashed_name(reading, 0);
  for (std::size_t attempt = 1; taken(name, reading.kind); ++attempt) {
    name = hashed_name(reading, attempt);
  }
  return name;
}

// A file that PNP4Nagios wrote has its numbers in the order of the perfdata.
std::string SeriesTable::next_number(SeriesKind kind) const
{
  const auto unknown = std::find_if(series_.begin(), series_.end(), [&](const Series& series) {
    return series.label.empty() && series.kind == kind;
  });
  return unknown == series_.end() ? std::to_string(series_.size() + 1) : unknown->data_source;
}

std::optional<std::size_t> SeriesTable::nameless(std::string_view name, SeriesKind kind) const
{
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const auto& series = series_[i];
    if (series.label.empty() && series.data_source == name && series.kind == kind) {
      return i;
    }
  }
  return std::nullopt;
}

std::chrono::seconds heartbeat_of(std::chrono::seconds interval)
{
  using std::chrono_literals::operator""min;
  using std::chrono_literals::operator""h;
  const std::chrono::seconds known = interval.count() > 0 ? interval : 5min;
  return std::min<std::chrono::seconds>(std::min<std::chrono::seconds>(known, 24h) * 2 + 1min, 48h);
}

std::string update_text(
    std::chrono::sys_seconds time, const SeriesTable& table, const std::vector<Reading>& readings)
{
  auto text = std::to_string(time.time_since_epoch().count());
  const auto values = table.row(readings);
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += ':';
    text += value_text(values[i], table.series()[i].kind);
  }
  return text;
}

}  // namespace muster::collector
