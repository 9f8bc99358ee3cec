// SPDX-License-Identifier: Apache-2.0
// The perfdata of any plugin, and the threshold ranges in it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/model/decimal.hpp"
#include "libmuster/model/perfdata.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::parse_threshold_range;
using muster::fuzz::require;

void range_reads_back(const muster::ThresholdRange& range)
{
  require(range.start <= range.end);
  const auto again = parse_threshold_range(to_string(range));
  require(again && *again == range);
}

void threshold_is_sound(const std::string& text, const std::optional<muster::ThresholdRange>& range)
{
  if (range) {
    require(!text.empty());
    range_reads_back(*range);
  }
}

void value_is_sound(const muster::PerfdataValue& value)
{
  require(!value.label.empty() && value.label.size() <= muster::max_perfdata_label_bytes);
  require(value.label.find_first_of("=\n") == std::string::npos);
  require(value.unit.size() <= muster::max_perfdata_unit_bytes);
  require(
      !std::isnan(value.value) && !std::isnan(value.min.value_or(0)) && !std::isnan(value.max.value_or(0)));
  threshold_is_sound(value.warning_text, value.warning);
  threshold_is_sound(value.critical_text, value.critical);
}

void lists_keep_to_their_limits(const muster::Perfdata& perfdata)
{
  require(perfdata.values.size() + perfdata.undetermined.size() <= muster::max_perfdata_values);
  require(perfdata.unreadable.size() <= muster::max_unreadable_pieces);
  require(perfdata.unreadable.size() <= perfdata.unreadable_count);
  for (const auto& piece : perfdata.unreadable) {
    require(!piece.empty() && piece.size() <= muster::max_unreadable_bytes);
  }
}

void number_reads_back(std::string_view text)
{
  require(muster::decimal_length(text) <= text.size());
  const auto number = muster::parse_decimal(text);
  if (number && std::isfinite(*number)) {
    require(muster::parse_decimal(muster::format_decimal(*number)) == number);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  const auto perfdata = muster::parse_perfdata(text);
  lists_keep_to_their_limits(perfdata);
  for (const auto& value : perfdata.values) {
    value_is_sound(value);
  }
  if (const auto range = parse_threshold_range(text)) {
    range_reads_back(*range);
  }
  number_reads_back(text);
  return 0;
}
