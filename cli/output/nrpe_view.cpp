// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nrpe_view.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "libmuster/protocol/check_runs.hpp"

namespace muster::cli {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using protocol::Answer;

using Runs = std::vector<CheckResult>;

std::size_t& count_of(StateCounts& counts, CheckState state)
{
  return counts.at(static_cast<std::size_t>(state));
}

CheckRow row_of(const std::string& node, const CheckResult& result)
{
  if (result.started == std::chrono::system_clock::time_point{}) {
    return {node, result, std::nullopt};
  }
  // The node's clock may jump while the plugin runs.
  const auto run_time = std::max(result.finished, result.started) - result.started;
  return {node, result, std::chrono::duration_cast<std::chrono::microseconds>(run_time)};
}

CheckRow row_without_result(const std::string& node, const std::string& check, std::string reason)
{
  CheckResult result;
  result.check = check;
  result.summary = std::move(reason);
  return {node, std::move(result), std::nullopt};
}

// Why `answer` has no result of a check, or of any.
std::string reason_of(const Answer& answer, const Expected<Runs>& runs)
{
  if (answer.status != 0) {
    return answer.message.empty() ? fmt::format("status {}", answer.status) : answer.message;
  }
  if (!runs) {
    return "answer not understood: " + runs.error().message;
  }
  return runs->empty() ? "no check results in the answer" : "no result of this check in the answer";
}

// The node has more checks than one answer can tell of.
std::string not_run_text(std::size_t left_out)
{
  return fmt::format(
      "{} further check{} not run: they are too many for one answer; name those that you want",
      left_out,
      left_out == 1 ? " was" : "s were");
}

// Sorts answers into blocks, one node after the other.
class ViewBuilder {
public:
  explicit ViewBuilder(const std::vector<std::string>& checks) : every_check_{checks.empty()}
  {
    for (const auto& check : checks) {
      if (!blocks_.contains(check)) {
        order_.push_back(check);
        blocks_[check].check = check;
      }
    }
  }

  void add(const std::string& node, const Answer& answer)
  {
    const auto runs = protocol::check_runs_from_json(answer.data);
    auto worst = CheckState::ok;
    for (auto& row : every_check_ ? every_row(node, answer, runs) : named_rows(node, answer, runs)) {
      worst = worse_of(worst, row.result.state);
      auto& block = blocks_[row.result.check];
      block.check = row.result.check;
      count_of(block.counts, row.result.state) += 1;
      block.rows.push_back(std::move(row));
    }
    (worst == CheckState::ok ? passed_ : failed_) += 1;
  }

  NrpeView finish(std::size_t missing)
  {
    NrpeView view;
    view.every_check = every_check_;
    view.passed = passed_;
    view.failed = failed_;
    if (every_check_) {
      for (const auto& entry : blocks_) {
        order_.push_back(entry.first);
      }
      count_of(view.totals, CheckState::unknown) += missing;
    }
    for (const auto& check : order_) {
      take(view, std::move(blocks_[check]), every_check_ ? 0 : missing);
    }
    return view;
  }

private:
  [[nodiscard]] std::vector<CheckRow> named_rows(
      const std::string& node, const Answer& answer, const Expected<Runs>& runs) const
  {
    std::vector<CheckRow> rows;
    for (const auto& check : order_) {
      const auto has_name = [&check](const CheckResult& run) { return run.check == check; };
      const auto run = runs ? std::find_if(runs->begin(), runs->end(), has_name) : Runs::const_iterator{};
      rows.push_back(
          runs && run != runs->end() ? row_of(node, *run)
                                     : row_without_result(node, check, reason_of(answer, runs)));
    }
    return rows;
  }

  static std::vector<CheckRow> every_row(
      const std::string& node, const Answer& answer, const Expected<Runs>& runs)
  {
    std::vector<CheckRow> rows;
    if (!runs || runs->empty()) {  // "all of none are OK" is not what anybody wants to hear
      rows.push_back(row_without_result(node, "", reason_of(answer, runs)));
      return rows;
    }
    if (const auto left_out = protocol::checks_left_out(answer.data); left_out > 0) {
      rows.push_back(row_without_result(node, "", not_run_text(left_out)));
    }
    std::set<std::string_view> seen;  // a node that tells one check twice must not count twice
    for (const auto& run : *runs) {
      if (seen.insert(run.check).second) {
        rows.push_back(row_of(node, run));
      }
    }
    return rows;
  }

  static void take(NrpeView& view, CheckBlock block, std::size_t missing)
  {
    count_of(block.counts, CheckState::unknown) += missing;
    for (std::size_t i = 0; i < block.counts.size(); ++i) {
      view.totals.at(i) += block.counts.at(i);
    }
    std::stable_sort(block.rows.begin(), block.rows.end(), [](const CheckRow& left, const CheckRow& right) {
      const auto right_severity = severity(right.result.state);
      const auto left_severity = severity(left.result.state);
      return std::tie(right_severity, left.node) < std::tie(left_severity, right.node);
    });
    view.blocks.push_back(std::move(block));
  }

  bool every_check_;
  std::vector<std::string> order_;
  std::map<std::string, CheckBlock> blocks_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace

NrpeView make_nrpe_view(const FleetReport& report, const std::vector<std::string>& checks)
{
  ViewBuilder builder{checks};
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::done && node.answer) {
      builder.add(node.name, *node.answer);
    }
  }
  const auto& account = report.account;
  return builder.finish(account.refused + account.late + account.lost);
}

}  // namespace muster::cli
