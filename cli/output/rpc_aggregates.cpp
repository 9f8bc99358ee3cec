// SPDX-License-Identifier: Apache-2.0
#include "cli/output/rpc_aggregates.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/nrpe_report.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using ddl::AggregateResult;

constexpr std::size_t margin = 3;  // MCollective's

bool counts_states(const AggregateResult& result)
{
  return result.function == "nagios_states";
}

std::string counts_lines(const AggregateResult& result)
{
  std::size_t longest = 0;
  for (const auto& [value, count] : result.counts) {
    longest = std::max(longest, display_width(one_line(value)));
  }
  std::string text;
  for (const auto& [value, count] : result.counts) {
    const auto shown = one_line(value);
    const std::string blanks(longest - display_width(shown) + margin, ' ');
    text += result.format.empty() ? fmt::format("{}{} = {}\n", blanks, shown, count)
                                  : "   " + one_line(ddl::fill_in(result.format, value, count)) + "\n";
  }
  return text;
}

// "▂▁▁█ 0 to 20": one bar for each range, the fullest is a whole block; an empty range has none.
std::string chart_line(const AggregateResult& result)
{
  constexpr std::array<const char*, 9> bars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::size_t most = 1;
  for (const auto& [range, count] : result.counts) {
    most = std::max(most, count);
  }
  std::string text;
  for (const auto& [range, count] : result.counts) {
    text += bars.at((count * (bars.size() - 1) + most - 1) / most);
  }
  const auto& first = result.counts.front().first;
  const auto& last = result.counts.back().first;
  return fmt::format(
      "   {}  {} {}\n", text, first.substr(0, first.find(' ')), last.substr(last.find(" to ") + 1));
}

// Whole numbers without decimals, others with three.
std::string number_text(double number)
{
  return number == std::trunc(number) && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                 : fmt::format("{:.3f}", number);
}

std::string numbers_lines(const AggregateResult& result)
{
  std::string text;
  for (const auto& [name, number] : result.numbers) {
    text += result.format.empty() ? fmt::format("   {}: {}\n", name, number_text(number))
                                  : "   " + one_line(ddl::fill_in(result.format, number)) + "\n";
  }
  return text;
}

std::string title_of(const AggregateResult& result)
{
  const auto what = one_line(result.display_as);
  if (!result.counts.empty() || result.numbers.size() != 1) {
    return "Summary of " + what + ":";
  }
  const auto function = result.function == "sum"       ? "Sum"
                        : result.function == "average" ? "Average"
                        : result.function == "min"     ? "Minimum"
                                                       : "Maximum";
  return fmt::format("{} of {}:", function, what);
}

std::string text_of(const AggregateResult& result, const OutputOptions& options)
{
  auto text = options.style.bold(title_of(result)) + "\n\n";
  if (!result.problem.empty()) {
    return text + "   none: " + one_line(result.problem) + "\n\n";
  }
  text += result.function == "chart" ? chart_line(result) : counts_lines(result) + numbers_lines(result);
  if (result.unfit > 0) {
    text += fmt::format("   left out, because they are no numbers: {}\n", result.unfit);
  }
  return text + "\n";
}

}  // namespace

std::vector<AggregateResult> aggregates_of(const ddl::Action& action, const fleet::FleetReport& report)
{
  std::vector<const json::object*> replies;
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done && node.answer) {
      replies.push_back(&node.answer->data);
    }
  }
  return ddl::aggregate(action, replies);
}

std::string aggregates_text(const std::vector<AggregateResult>& aggregates, const OutputOptions& options)
{
  std::string text;
  for (const auto& result : aggregates) {
    text += counts_states(result) ? "" : text_of(result, options);
  }
  return text;
}

std::string states_text(const std::vector<AggregateResult>& aggregates, const fleet::FleetReport& report)
{
  StateCounts counts{};
  bool counted = false;
  for (const auto& result : aggregates) {
    if (counts_states(result) && result.counts.size() == counts.size()) {
      counted = true;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        counts.at(i) += result.counts[i].second;
      }
    }
  }
  if (!counted) {
    return {};
  }
  const auto& account = report.account;
  counts.back() += account.refused + account.late + account.lost;
  return "\n" + counts_text(counts);
}

json::array aggregates_json(const std::vector<AggregateResult>& aggregates)
{
  json::array list;
  for (const auto& result : aggregates) {
    json::object object;
    object["function"] = result.function;
    object["output"] = result.output;
    json::object counts;
    for (const auto& [value, count] : result.counts) {
      counts[value] = count;
    }
    json::object numbers;
    for (const auto& [name, number] : result.numbers) {
      numbers[name] = number;
    }
    object["counts"] = std::move(counts);
    object["numbers"] = std::move(numbers);
    object["used"] = result.used;
    object["unfit"] = result.unfit;
    if (!result.problem.empty()) {
      object["problem"] = result.problem;
    }
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace muster::cli
