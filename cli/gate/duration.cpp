// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::cli::gate {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 4> units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

constexpr std::int64_t most = std::chrono::milliseconds{longest_duration}.count();

tl::unexpected<Error> no_duration(std::string_view text)
{
  return failure(
      ErrorCode::invalid_input,
      "'" + truncate_utf8(to_valid_utf8(text), 40, "…") +
          "' is no duration: expected a whole number and its unit, at most 7 days: 500ms, 30s, 2m, 1h");
}

}  // namespace

Expected<std::chrono::milliseconds> parse_duration(std::string_view text)
{
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  const std::string_view name{stopped, static_cast<std::size_t>(end - stopped)};
  const auto* const unit =
      std::find_if(units.begin(), units.end(), [name](const Unit& one) { return one.name == name; });
  if (error != std::errc{} || unit == units.end() || number < 0 || number > most / unit->milliseconds) {
    return no_duration(text);
  }
  return std::chrono::milliseconds{number * unit->milliseconds};
}

std::string duration_word(std::chrono::milliseconds duration)
{
  const auto count = duration.count();
  if (count == 0) {
    return "0s";
  }
  const auto* const unit = std::find_if(
      units.begin(), units.end(), [count](const Unit& one) { return count % one.milliseconds == 0; });
  return fmt::format("{}{}", count / unit->milliseconds, unit->name);
}

}  // namespace muster::cli::gate
