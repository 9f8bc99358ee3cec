// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace muster::cli::gate {

namespace {

using Results = std::map<std::string, SavedResult>;

std::optional<CheckState> state_before(const SavedState& before, const Reading& now)
{
  const auto node = before.results.find(now.node);
  if (node == before.results.end()) {
    return std::nullopt;
  }
  const auto check = node->second.find(now.check);
  return check == node->second.end() ? std::nullopt : std::optional{check->second.state};
}

// Why results of a node are not there, by what the try has learned of it.
class Reasons {
public:
  explicit Reasons(const Observation& now)
  {
    for (const auto* gaps : {&now.missing, &now.absent}) {
      for (const auto& gap : *gaps) {
        note(gap);
      }
    }
    for (const auto& reading : now.readings) {
      answered_.insert(reading.node);
    }
  }

  [[nodiscard]] bool answered(const std::string& node) const { return answered_.contains(node); }

  [[nodiscard]] std::string of_node(const std::string& node) const
  {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? "the broker does not know this node any more" : found->second;
  }

  [[nodiscard]] std::string of_check(const std::string& node, const std::string& check) const
  {
    const auto found = checks_.find({node, check});
    return found == checks_.end() ? "the node does not have this check any more" : found->second;
  }

private:
  void note(const Gap& gap)
  {
    if (gap.whole_node) {
      nodes_.emplace(gap.node, gap.why);
      return;
    }
    answered_.insert(gap.node);
    for (const auto& check : gap.checks) {
      checks_.emplace(std::pair{gap.node, check}, gap.why);
    }
  }

  std::set<std::string> answered_;
  std::map<std::string, std::string> nodes_;
  std::map<std::pair<std::string, std::string>, std::string> checks_;
};

Gap whole_node(const std::string& node, const Results& results, const Reasons& reasons)
{
  Gap gap{node, {}, true, reasons.of_node(node)};
  for (const auto& [check, result] : results) {
    gap.checks.push_back(check);
  }
  return gap;
}

void add_vanished(
    std::vector<Gap>& vanished,
    const std::string& node,
    const Results& results,
    const std::set<std::pair<std::string, std::string>>& come,
    const Reasons& reasons)
{
  if (!reasons.answered(node)) {
    vanished.push_back(whole_node(node, results, reasons));
    return;
  }
  for (const auto& [check, result] : results) {
    if (!come.contains({node, check})) {
      vanished.push_back({node, {check}, false, reasons.of_check(node, check)});
    }
  }
}

// What is missing and not already told as vanished.
std::vector<Gap> others_missing(
    const std::vector<Gap>& missing, const SavedState& before, const Reasons& reasons)
{
  std::vector<Gap> others;
  for (auto gap : missing) {
    const auto node = before.results.find(gap.node);
    const bool of_no_check = gap.checks.empty();  // it answered, but not all that it has
    if (node != before.results.end() && !of_no_check) {
      const auto known = [&node](const std::string& check) { return node->second.contains(check); };
      gap.checks.erase(std::remove_if(gap.checks.begin(), gap.checks.end(), known), gap.checks.end());
      gap.whole_node = false;
    }
    if (node == before.results.end() || !gap.checks.empty() || (of_no_check && reasons.answered(gap.node))) {
      others.push_back(std::move(gap));
    }
  }
  return others;
}

std::size_t weight_of(const std::vector<Gap>& gaps)
{
  std::size_t weight = 0;
  for (const auto& gap : gaps) {
    weight += gap.weight();
  }
  return weight;
}

}  // namespace

Change change_of(std::optional<CheckState> before, CheckState now, const Tolerance& tolerance)
{
  const bool problem = tolerance.is_problem(now);
  if (!before) {
    return problem ? Change::added_problem : Change::added;
  }
  if (problem && is_worse(now, *before)) {
    return Change::worse;
  }
  if (!problem) {
    return tolerance.is_problem(*before) ? Change::better : Change::steady;
  }
  return is_worse(*before, now) && now != CheckState::unknown ? Change::better : Change::still;
}

Comparison compare(
    const SavedState& before,
    const Observation& now,
    const Tolerance& tolerance,
    const std::function<bool(const std::string&)>& in_scope)
{
  Comparison comparison;
  std::set<std::pair<std::string, std::string>> come;
  for (const auto& reading : now.readings) {
    const auto state = state_before(before, reading);
    comparison.results.push_back({reading, state, change_of(state, reading.state, tolerance)});
    come.emplace(reading.node, reading.check);
  }
  const Reasons reasons{now};
  for (const auto& [node, results] : before.results) {
    if (in_scope(node)) {
      add_vanished(comparison.vanished, node, results, come, reasons);
    }
  }
  comparison.missing = others_missing(now.missing, before, reasons);
  comparison.expected = now.readings.size() + weight_of(comparison.vanished) + weight_of(comparison.missing);
  comparison.doubt = now.doubt;
  return comparison;
}

Judgement judge(const Comparison& comparison, const Tolerance& tolerance)
{
  const auto& results = comparison.results;
  const auto counting = std::count_if(results.begin(), results.end(), [](const Compared& one) {
    return one.change == Change::worse || one.change == Change::added_problem;
  });
  return judge(
      static_cast<std::size_t>(counting),
      comparison.expected - results.size(),
      comparison.expected,
      comparison.doubt,
      tolerance);
}

}  // namespace muster::cli::gate
