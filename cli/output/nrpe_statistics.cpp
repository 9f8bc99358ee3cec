// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nrpe_statistics.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/statistics.hpp"

namespace muster::cli {

namespace {

using fleet::FleetReport;
using std::chrono::microseconds;

constexpr std::size_t slowest_shown = 5;

std::string caption(const NrpeView& view)
{
  std::string checks;
  for (const auto& block : view.blocks) {
    checks += checks.empty() ? "" : ", ";
    checks += one_line(block.check);
  }
  return fmt::format("---- {}NRPE results ----", view.every_check || checks.empty() ? "" : checks + " ");
}

struct Run {
  microseconds run_time{};
  std::string where;  // printable
};

std::vector<Run> slowest_first(const NrpeView& view)
{
  std::vector<Run> runs;
  for (const auto& block : view.blocks) {
    for (const auto& row : block.rows) {
      if (row.run_time) {
        const auto check = view.blocks.size() > 1 ? " " + one_line(block.check) : std::string{};
        runs.push_back({*row.run_time, one_line(row.node) + check});
      }
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [](const Run& left, const Run& right) {
    return left.run_time > right.run_time;
  });
  return runs;
}

// The nearest rank: the smallest value that at least `percent` of all do not exceed. `runs` is not empty.
microseconds percentile(const std::vector<Run>& slowest_first, std::size_t percent)
{
  const auto count = slowest_first.size();
  const auto rank = std::max<std::size_t>((count * percent + 99) / 100, 1);
  return slowest_first[count - rank].run_time;
}

std::string run_times(const std::vector<Run>& runs)
{
  if (runs.empty()) {
    return {};
  }
  auto text = statistics_line(
      "Run Time",
      fmt::format(
          "p50 {}ms, p90 {}ms, p99 {}ms, max {}ms",
          milliseconds_text(percentile(runs, 50)),
          milliseconds_text(percentile(runs, 90)),
          milliseconds_text(percentile(runs, 99)),
          milliseconds_text(runs.front().run_time)));
  for (std::size_t i = 0; i < std::min(runs.size(), slowest_shown); ++i) {
    const auto value = fmt::format("{} {}ms", runs[i].where, milliseconds_text(runs[i].run_time));
    text += i == 0 ? statistics_line("Slowest", value) : fmt::format("{:>18}{}\n", "", value);
  }
  return text;
}

}  // namespace

std::string nrpe_statistics(const FleetReport& report, const NrpeView& view, const OutputOptions& options)
{
  return statistics_block(caption(view), report, view.passed, view.failed, options) +
         run_times(slowest_first(view)) + ignored_text(report);
}

}  // namespace muster::cli
