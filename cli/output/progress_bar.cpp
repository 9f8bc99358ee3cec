// SPDX-License-Identifier: Apache-2.0
#include "cli/output/progress_bar.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace muster::cli {

namespace {

// MCollective's: what stands around the bar, and the longest bar.
constexpr std::size_t around_the_bar = 22;
constexpr std::size_t longest_bar = 60;

// With the numbers behind it the bar never reaches the last column: from there a terminal would go on to the
// next line, and no CR comes back.
std::size_t bar_size(std::size_t columns, std::size_t numbers)
{
  constexpr std::size_t frame = 10;  // " | [ ", ">", " ] " and the last column
  if (columns <= around_the_bar || columns <= frame + numbers) {
    return 0;
  }
  return std::min({columns - around_the_bar, columns - frame - numbers, longest_bar});
}

// How much of a bar of `size` is drawn, rounded to the nearest.
std::size_t drawn_of(std::size_t size, std::size_t done, std::size_t total)
{
  return total == 0 ? 0 : (std::min(done, total) * size * 2 + total) / (total * 2);
}

}  // namespace

std::string ProgressBar::frame(std::size_t done, std::optional<std::size_t> total, std::size_t columns)
{
  constexpr std::string_view spinner = "|/-\\";
  auto shown = fmt::format("{} / {}", done, total ? fmt::format("{}", *total) : "?");
  const auto size = bar_size(columns, shown.size());
  if (size > 0) {
    const auto drawn = total ? drawn_of(size, done, *total) : 0;
    const bool complete = total && *total > 0 && done >= *total;
    shown = fmt::format(
        " {} [ {}>{} ] {}",
        complete ? '*' : spinner[turn_++ % spinner.size()],
        std::string(drawn, '='),
        std::string(size - drawn, ' '),
        shown);
  }
  const auto room = columns > 1 ? columns - 1 : shown.size();
  shown.resize(std::min(shown.size(), room));
  const auto left_over = std::min(drawn_, room);
  drawn_ = shown.size();
  const auto rest = std::string(left_over > drawn_ ? left_over - drawn_ : 0, ' ');
  return "\r" + shown + rest + std::string(rest.size(), '\b');
}

std::string ProgressBar::erase()
{
  if (drawn_ == 0) {
    return {};
  }
  auto text = "\r" + std::string(drawn_, ' ') + "\r";
  drawn_ = 0;
  return text;
}

}  // namespace muster::cli
