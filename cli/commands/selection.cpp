// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/selection.hpp"

#include <cmath>

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/interruptible_pause.hpp"
#include "cli/output/found_nodes.hpp"
#include "cli/output/merged_report.hpp"

namespace muster::cli {

namespace {

constexpr double longest_sleep_s = 3600.0;
constexpr double usual_sleep_s = 1.0;

Expected<void> take_share(const char* option, const std::string& text, std::optional<Share>& share)
{
  if (text.empty()) {
    return {};
  }
  auto read = parse_share(option, text);
  if (!read) {
    return tl::unexpected{read.error()};
  }
  share = *read;
  return {};
}

// The question whose answers are the nodes that match: presence alone answers it if it can.
fleet::Question who_matches(const fleet::Question& asked)
{
  fleet::Question question = asked;
  question.filter.agents.push_back(asked.agent);
  question.agent = "rpcutil";
  question.action = "ping";
  question.data = {};
  question.detach = {};
  question.roll_call_only = presence_decides(question);
  return question;
}

std::vector<std::string> found_in(const fleet::FleetReport& report, FoundBy found_by)
{
  std::vector<std::string> names;
  for (const auto& node : report.nodes) {
    if (is_found(node, found_by)) {
      names.push_back(node.name);
    }
  }
  return names;
}

tl::expected<fleet::FleetReport, int> discover(const FleetArguments& arguments, const Prepared& prepared)
{
  Prepared discovery = prepared;
  discovery.addressed.question = who_matches(prepared.addressed.question);
  auto compiled = CompiledFilter::compile(discovery.addressed.question.filter);
  if (!compiled) {
    return tl::unexpected{fail(arguments, {compiled.error()}, exit_code_of(compiled.error().code))};
  }
  discovery.addressed.filter = std::move(*compiled);
  return ask(arguments, discovery);
}

std::size_t failures_in(const fleet::FleetReport& report)
{
  std::size_t failures = report.account.refused + report.account.late + report.account.lost;
  for (const auto& node : report.nodes) {
    failures += node.fate == fleet::Fate::done && node.answer && node.answer->status != 0 ? 1U : 0U;
  }
  return failures;
}

// Who was there to be asked, or should have been, and could not: a run over all that match must not pass them
// over in silence.
fleet::FleetReport unreachable(const fleet::FleetReport& discovered, FoundBy found_by)
{
  fleet::FleetReport report = discovered;
  report.nodes.clear();
  report.account = {};
  for (const auto& node : discovered.nodes) {
    if (!is_found(node, found_by) && node.fate != fleet::Fate::not_meant) {
      report.nodes.push_back(node);
      count(report.account, node.fate);
    }
  }
  return report;
}

// Who matched was found by name: the filter would run its data functions again, and a node whose state has
// changed since would be passed over without a word.
void address_by_name(Prepared& prepared)
{
  prepared.addressed.question.filter = {};
  prepared.addressed.filter = CompiledFilter::compile({}).value();
}

// Batch after batch, and when to stop.
class BatchRun {
public:
  BatchRun(
      const FleetArguments& arguments,
      Prepared prepared,
      const Selection& selection,
      const OnAnswer& on_answer)
      : arguments_{arguments}, prepared_{std::move(prepared)}, selection_{selection}, on_answer_{on_answer}
  {}

  tl::expected<SelectedReport, int> over(const std::vector<std::string>& nodes)
  {
    const auto size = selection_.batch ? selection_.batch->of(nodes.size()) : nodes.size();
    const auto most_failures =
        selection_.max_failures ? std::optional{selection_.max_failures->of(nodes.size())} : std::nullopt;
    bool first = true;
    for (auto& batch : in_batches(nodes, size)) {
      if (stopped(most_failures)) {
        result_.not_asked.insert(result_.not_asked.end(), batch.begin(), batch.end());
        continue;
      }
      if (!first && !pause_.wait(selection_.batch_sleep)) {
        result_.report.interrupted = true;
        result_.not_asked = std::move(batch);
        continue;
      }
      prepared_.addressed.question.nodes = std::move(batch);
      auto report = ask(arguments_, prepared_, on_answer_);
      if (!report) {
        return tl::unexpected{report.error()};
      }
      take(std::move(*report), first);
      first = false;
    }
    return std::move(result_);
  }

private:
  bool stopped(std::optional<std::size_t> most_failures)
  {
    if (result_.report.interrupted) {
      result_.why_not_asked = "because of the interruption";
    } else if (!result_.report.broker_lost.empty()) {
      result_.why_not_asked = "because the broker went away";
    } else if (most_failures && failures_ >= *most_failures) {
      result_.why_not_asked = fmt::format("because {} failed", failures_);
    }
    return !result_.why_not_asked.empty();
  }

  void take(fleet::FleetReport report, bool first)
  {
    failures_ += failures_in(report);
    if (first) {
      result_.report = std::move(report);
    } else {
      merge(result_.report, std::move(report));
    }
  }

  const FleetArguments& arguments_;
  Prepared prepared_;
  const Selection& selection_;
  const OnAnswer& on_answer_;
  InterruptiblePause pause_;
  SelectedReport result_;
  std::size_t failures_ = 0;
};

}  // namespace

Expected<Selection> check(const SelectionArguments& arguments, bool in_turn)
{
  Selection selection;
  for (const auto& taken :
       {take_share("--limit", arguments.one ? "1" : arguments.limit, selection.limit),
        take_share("--batch", arguments.batch, selection.batch),
        take_share("--max-failures", arguments.max_failures, selection.max_failures)}) {
    if (!taken) {
      return tl::unexpected{taken.error()};
    }
  }
  if (arguments.one && !arguments.limit.empty()) {
    return failure(ErrorCode::invalid_input, "--one is --limit 1: give one of them");
  }
  if (selection.max_failures && !selection.batch && !in_turn) {
    return failure(
        ErrorCode::invalid_input,
        "--max-failures stops between batches: give --batch, too, or --keep-running");
  }
  const auto sleep_s = arguments.batch_sleep_s.value_or(usual_sleep_s);
  if (!(sleep_s >= 0.0 && sleep_s <= longest_sleep_s)) {
    return failure(ErrorCode::invalid_input, "--batch-sleep: expected seconds, at most an hour");
  }
  selection.seed = arguments.seed;
  selection.batch_sleep = std::chrono::milliseconds{std::llround(sleep_s * 1000.0)};
  return selection;
}

tl::expected<SelectedReport, int> ask_selected(
    const FleetArguments& arguments, Prepared prepared, const Selection& selection, const OnAnswer& on_answer)
{
  if (!selection.needs_names()) {
    auto report = ask(arguments, prepared, on_answer);
    if (!report) {
      return tl::unexpected{report.error()};
    }
    return SelectedReport{std::move(*report), {}, {}};
  }
  auto discovered = discover(arguments, prepared);
  if (!discovered) {
    return tl::unexpected{discovered.error()};
  }
  const auto found_by = presence_decides(prepared.addressed.question) ? FoundBy::presence : FoundBy::answer;
  auto nodes = found_in(*discovered, found_by);
  if (selection.limit) {
    const auto count = selection.limit->of(nodes.size());
    nodes = drawn(std::move(nodes), count, selection.seed);
  }
  if (nodes.empty() || discovered->interrupted || !discovered->broker_lost.empty()) {
    return SelectedReport{std::move(*discovered), {}, {}};
  }
  address_by_name(prepared);
  auto selected = BatchRun{arguments, std::move(prepared), selection, on_answer}.over(nodes);
  if (selected && !selection.limit) {
    auto others = unreachable(*discovered, found_by);
    merge(others, std::move(selected->report));
    selected->report = std::move(others);
  }
  return selected;
}

}  // namespace muster::cli
