// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/text_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace muster::bridge {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t around = 3;  // lines that show where a change is
// Cells of the table of common lines: 2000 lines against 2000, in 16 MiB.
constexpr std::size_t most_cells = std::size_t{4} << 20U;

Lines lines_of(std::string_view text)
{
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One line of the answer: ' ' stays, '-' goes, '+' comes.
struct Step {
  char mark = ' ';
  std::string_view line;
};

using Steps = std::vector<Step>;

// How long the longest list of common lines is, of what begins at each pair of places.
class CommonLines {
public:
  CommonLines(const Lines& before, const Lines& after) : width_{after.size() + 1}
  {
    table_.resize((before.size() + 1) * width_);
    for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;) {
        table_[i * width_ + j] =
            before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }

  [[nodiscard]] std::uint32_t at(std::size_t i, std::size_t j) const { return table_[i * width_ + j]; }

private:
  std::size_t width_;
  std::vector<std::uint32_t> table_;
};

void replace(const Lines& before, const Lines& after, Steps& steps)
{
  for (const auto line : before) {
    steps.push_back({'-', line});
  }
  for (const auto line : after) {
    steps.push_back({'+', line});
  }
}

void compare(const Lines& before, const Lines& after, Steps& steps)
{
  if ((before.size() + 1) * (after.size() + 1) > most_cells) {
    replace(before, after, steps);
    return;
  }
  const CommonLines common{before, after};
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      steps.push_back({' ', before[i]});
      ++i, ++j;
    } else if (i < before.size() && (j == after.size() || common.at(i + 1, j) >= common.at(i, j + 1))) {
      steps.push_back({'-', before[i++]});
    } else {
      steps.push_back({'+', after[j++]});
    }
  }
}

// The same lines at the beginning and the end need no table.
Steps steps_between(const Lines& before, const Lines& after)
{
  const auto shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) {
    ++head;
  }
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  const auto part = [head, tail](const Lines& lines) {
    return Lines{
        lines.begin() + static_cast<std::ptrdiff_t>(head), lines.end() - static_cast<std::ptrdiff_t>(tail)};
  };
  Steps steps;
  for (std::size_t i = 0; i < head; ++i) {
    steps.push_back({' ', before[i]});
  }
  compare(part(before), part(after), steps);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i) {
    steps.push_back({' ', before[i]});
  }
  return steps;
}

bool changes(const Step& step)
{
  return step.mark != ' ';
}

// Where the lines begin that belong to the change at `from`, and where they end.
std::size_t end_of_hunk(const Steps& steps, std::size_t from)
{
  std::size_t last = from;
  for (std::size_t at = from; at < steps.size() && at <= last + 2 * around; ++at) {
    if (changes(steps[at])) {
      last = at;
    }
  }
  return std::min(last + around + 1, steps.size());
}

// "-3,7": the first line, counted from 1, and how many; of none the line before.
std::string range_text(char mark, std::size_t lines_before, std::size_t count)
{
  const auto first = count == 0 ? lines_before : lines_before + 1;
  return mark + std::to_string(first) + (count == 1 ? "" : "," + std::to_string(count));
}

std::size_t count_without(const Steps& steps, std::size_t from, std::size_t to, char mark)
{
  return static_cast<std::size_t>(std::count_if(
      steps.begin() + static_cast<std::ptrdiff_t>(from),
      steps.begin() + static_cast<std::ptrdiff_t>(to),
      [mark](const Step& step) { return step.mark != mark; }));
}

std::string hunk_text(const Steps& steps, std::size_t from, std::size_t to)
{
  std::string text =
      "@@ " + range_text('-', count_without(steps, 0, from, '+'), count_without(steps, from, to, '+')) + ' ' +
      range_text('+', count_without(steps, 0, from, '-'), count_without(steps, from, to, '-')) + " @@\n";
  for (std::size_t at = from; at < to; ++at) {
    text.append(1, steps[at].mark).append(steps[at].line).append("\n");
  }
  return text;
}

}  // namespace

std::string text_diff(
    const std::string& path, std::optional<std::string_view> before, std::optional<std::string_view> after)
{
  if (before == after) {
    return {};
  }
  const auto steps = steps_between(lines_of(before.value_or("")), lines_of(after.value_or("")));
  std::string text = "--- " + (before ? path : "/dev/null") + "\n+++ " + (after ? path : "/dev/null") + '\n';
  for (std::size_t at = 0; at < steps.size(); ++at) {
    if (changes(steps[at])) {
      const auto to = end_of_hunk(steps, at);
      text += hunk_text(steps, at - std::min(at, around), to);
      at = to - 1;
    }
  }
  return text;
}

}  // namespace muster::bridge
