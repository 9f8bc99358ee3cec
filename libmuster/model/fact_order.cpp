// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/fact_order.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

namespace muster {

namespace {

// "42", "-1", "9.5". Not "1e3", "0x10", "inf": a fact that says so means a word.
bool looks_numeric(std::string_view text) noexcept
{
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
  }
  const auto dot = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(text.substr(0, dot)) && (dot == std::string_view::npos || digits(text.substr(dot + 1)));
}

template <typename Number>
std::optional<Number> number_from(std::string_view text) noexcept
{
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

template <typename Value>
int order(const Value& left, const Value& right) noexcept
{
  return left < right ? -1 : static_cast<int>(right < left);
}

}  // namespace

int compare_fact_texts(std::string_view left, std::string_view right) noexcept
{
  if (looks_numeric(left) && looks_numeric(right)) {
    const auto left_whole = number_from<std::int64_t>(left);
    const auto right_whole = number_from<std::int64_t>(right);
    if (left_whole && right_whole) {
      return order(*left_whole, *right_whole);
    }
    const auto left_number = number_from<double>(left);
    const auto right_number = number_from<double>(right);
    if (left_number && right_number) {
      return order(*left_number, *right_number);
    }
  }
  return order(left, right);
}

}  // namespace muster
