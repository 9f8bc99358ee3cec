// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/tolerance.hpp"

#include <charconv>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::cli::gate {

namespace {

constexpr std::size_t largest_number = 100'000'000;  // more than any fleet has checks
constexpr std::size_t largest_per_cent = 100;

}  // namespace

bool Tolerance::is_problem(CheckState state) const noexcept
{
  return state != CheckState::ok && !(accept_warning && state == CheckState::warning);
}

bool Tolerance::allows(std::size_t problems, std::size_t expected) const noexcept
{
  return per_cent ? problems * 100 <= most * expected : problems <= most;
}

Expected<Tolerance> parse_max_problems(std::string_view text, Tolerance base)
{
  auto digits = text;
  base.per_cent = digits.ends_with('%');
  digits.remove_suffix(base.per_cent ? 1 : 0);
  const auto* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, base.most);
  const auto limit = base.per_cent ? largest_per_cent : largest_number;
  if (error != std::errc{} || stopped != end || base.most > limit) {
    return failure(
        ErrorCode::invalid_input,
        "'" + truncate_utf8(to_valid_utf8(text), 40, "…") +
            "' is no number of problems: expected a whole number, or 0% to 100%");
  }
  return base;
}

std::string allowance_text(const Tolerance& tolerance)
{
  if (tolerance.per_cent) {
    return fmt::format("{}%", tolerance.most);
  }
  return tolerance.most == 0 ? "none" : fmt::format("{}", tolerance.most);
}

}  // namespace muster::cli::gate
