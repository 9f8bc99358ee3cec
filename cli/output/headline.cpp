// SPDX-License-Identifier: Apache-2.0
#include "cli/output/headline.hpp"

#include <fmt/format.h>

namespace muster::cli {

namespace {

using fleet::FleetReport;

std::string coloured(const FleetReport& report, const TextStyle& style, const std::string& number)
{
  const auto& account = report.account;
  if (account.done < account.expected() || report.interrupted) {
    return style.red(number);
  }
  const bool somebody_may_miss = account.gone > 0 || !report.roll_call_complete || account.done == 0;
  return somebody_may_miss ? style.yellow(number) : style.green(number);
}

std::string why_nobody(const FleetReport& report)
{
  if (report.interrupted) {
    return "Nobody had answered yet.";
  }
  if (!report.roll_call_complete) {
    return "Nobody answered, and the broker does not tell who is there.";
  }
  if (report.account.asked > 0) {
    return fmt::format("Nobody was meant: {} asked, and none matches the filter.", report.account.asked);
  }
  if (report.account.gone > 0) {
    return "Nobody could be asked: every node that matches is gone.";
  }
  return "Nobody was meant: the broker knows no node that matches.";
}

}  // namespace

std::string expected_text(const FleetReport& report)
{
  return report.roll_call_complete ? fmt::format("{}", report.account.expected()) : "?";
}

std::string headline(const FleetReport& report, const OutputOptions& options)
{
  return fmt::format(
      "Finished processing {} / {} hosts in {}{}\n",
      coloured(report, options.style, fmt::format("{}", report.account.done)),
      coloured(report, options.style, expected_text(report)),
      duration_text(report.total),
      report.roll_call_complete ? "" : " (expected: unknown)");
}

std::string interrupted_text(const FleetReport& report, const OutputOptions& options)
{
  return report.interrupted ? options.style.red("Interrupted: what had come so far") + "\n\n" : "";
}

bool nobody_was_meant(const FleetReport& report)
{
  return report.account.done == 0 && report.account.expected() == 0;
}

std::string nobody_text(const FleetReport& report, const OutputOptions& options)
{
  return options.style.yellow(why_nobody(report)) + "\n";
}

}  // namespace muster::cli
