// SPDX-License-Identifier: Apache-2.0
#include "cli/output/statistics.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/headline.hpp"

namespace muster::cli {

namespace {

using fleet::FleetReport;
using std::chrono::microseconds;

std::string time_line(std::string_view label, microseconds duration)
{
  return statistics_line(label, milliseconds_text(duration) + "ms");
}

microseconds until_last_answer(const FleetReport& report)
{
  microseconds last{0};
  for (const auto& node : report.nodes) {
    last = std::max(last, node.round_trip);
  }
  return last;
}

}  // namespace

std::string statistics_line(std::string_view label, std::string_view value)
{
  return fmt::format("{:>16}: {}\n", label, value);
}

std::string statistics_block(
    std::string_view caption,
    const FleetReport& report,
    std::size_t passed,
    std::size_t failed,
    const OutputOptions& options)
{
  return options.style.yellow(caption) + "\n" +
         statistics_line("Nodes", fmt::format("{} / {}", expected_text(report), report.account.done)) +
         statistics_line("Pass / Fail", fmt::format("{} / {}", passed, failed)) +
         statistics_line("Start Time", iso_8601(report.started, options.zone)) +
         time_line("Discovery Time", report.discovery) + time_line("Agent Time", until_last_answer(report)) +
         time_line("Total Time", report.total);
}

std::string ignored_text(const FleetReport& report)
{
  if (report.duplicates == 0 && report.rejected == 0) {
    return {};
  }
  auto text = statistics_line(
      "Ignored", fmt::format("{} second answers, {} bad messages", report.duplicates, report.rejected));
  for (const auto& reason : report.rejections) {
    text += fmt::format("{:>18}{}\n", "", one_line(reason));
  }
  return text;
}

}  // namespace muster::cli
