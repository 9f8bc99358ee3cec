// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/gate_text.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "cli/output/coloured_state.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/same_trouble.hpp"

namespace muster::cli::gate {

namespace {

constexpr std::size_t name_width = 40;  // as `mco nrpe` has it
constexpr std::size_t list_width = 30;  // as its lists have it

std::string whole_text(const Reading& reading)
{
  return reading.details.empty() ? reading.summary : reading.summary + "\n" + reading.details;
}

// One line for each trouble and its text below; several nodes that say the same stand together.
std::string told(const std::vector<Trouble>& troubles, const OutputOptions& options)
{
  std::string text;
  for (auto& same : same_troubles(troubles, options.group)) {
    for (auto& name : same.nodes) {
      name = one_line(name);
    }
    const bool alone = same.nodes.size() == 1;
    const auto who =
        alone ? padded(same.nodes.front(), name_width) : fmt::format("{} hosts", same.nodes.size());
    text += fmt::format("{} {}\n{}", who, same.kind, indented(same.text));
    text += (alone ? "" : in_columns(same.nodes, options.columns)) + "\n";
  }
  return text;
}

// Those that `kind_of` gives a kind, worst first.
template <typename Results, typename ReadingOf, typename KindOf>
std::string results_text(
    const Results& results, ReadingOf reading_of, KindOf kind_of, const OutputOptions& options)
{
  std::string text;
  for (const auto state : {CheckState::critical, CheckState::unknown, CheckState::warning, CheckState::ok}) {
    std::vector<Trouble> troubles;
    for (const auto& result : results) {
      const Reading& reading = reading_of(result);
      auto kind = reading.state == state ? kind_of(result) : std::string{};
      if (!kind.empty()) {
        troubles.push_back({reading.node, std::move(kind), whole_text(reading)});
      }
    }
    text += told(troubles, options);
  }
  return text;
}

std::string checks_text(const Gap& gap)
{
  std::string text;
  for (const auto& check : gap.checks) {
    text += (text.empty() ? "" : ", ") + one_line(check);
  }
  return text;
}

// "No result:" and a line for each, with an empty line behind them.
std::string gaps_text(const std::string& heading, const std::vector<Gap>& gaps, const OutputOptions& options)
{
  std::vector<Trouble> troubles;
  for (const auto& gap : gaps) {
    const auto which = gap.whole_node ? std::string{} : checks_text(gap) + ": ";
    troubles.push_back({gap.node, "", which + (gap.why.empty() ? "no result" : gap.why)});
  }
  std::string lines;
  for (auto& same : same_troubles(troubles, options.group)) {
    for (auto& name : same.nodes) {
      name = one_line(name);
    }
    const auto text = one_line(same.text);
    const bool alone = same.nodes.size() == 1;
    lines += alone ? fmt::format("    {} {}\n", padded(same.nodes.front(), list_width), text)
                   : fmt::format("    {} hosts  {}\n", same.nodes.size(), text);
    lines += alone ? "" : in_columns(same.nodes, options.columns, 8);
  }
  return lines.empty() ? "" : options.style.red(heading) + "\n\n" + lines + "\n";
}

std::string titled(const std::string& heading, const std::string& lines)
{
  return lines.empty() ? "" : heading + "\n\n" + lines;
}

std::string word_of(Verdict verdict, const TextStyle& style)
{
  switch (verdict) {
  case Verdict::pass:
    return style.green("PASS");
  case Verdict::fail:
    return style.red("FAIL");
  case Verdict::inconclusive:
    break;
  }
  return style.yellow("INCONCLUSIVE");
}

std::string how_long(const Ending& ending)
{
  const auto text = duration_text(ending.took);
  return ending.tries == 1 ? text : fmt::format("{}, {} tries", text, ending.tries);
}

std::string verdict_line(
    const Ending& ending, const std::string& found, const std::string& why, const OutputOptions& options)
{
  auto text = found;
  if (ending.judgement.problems > 0) {
    text += fmt::format(" ({} allowed)", allowance_text(ending.tolerance));
  }
  for (const auto& more : {why, ending.judgement.doubt, ending.why}) {
    text += more.empty() ? "" : "; " + one_line(more);
  }
  return fmt::format("{}: {} ({})\n", word_of(ending.verdict, options.style), text, how_long(ending));
}

// "3 problems among 24 results, 2 missing"
std::string counted(const Ending& ending, std::size_t expected, bool new_ones)
{
  if (expected == 0) {
    return "no result";
  }
  auto judgement = ending.judgement;
  judgement.missing = 0;
  judgement.doubt.clear();
  auto text = fmt::format(
      "{} among {} result{}", judgement_text(judgement, new_ones), expected, expected == 1 ? "" : "s");
  if (ending.judgement.missing > 0) {
    text += fmt::format(", {} missing", ending.judgement.missing);
  }
  return text;
}

const Reading& itself(const Reading& reading)
{
  return reading;
}

const Reading& now_of(const Compared& compared)
{
  return compared.now;
}

std::string changes_text(
    const Comparison& comparison, const std::vector<Change>& wanted, const OutputOptions& options)
{
  const auto kind_of = [&](const Compared& one) {
    if (std::find(wanted.begin(), wanted.end(), one.change) == wanted.end()) {
      return std::string{};
    }
    const auto before = one.before ? coloured(*one.before, options.style) : "new";
    return fmt::format(
        "{} {} -> {}", one_line(one.now.check), before, coloured(one.now.state, options.style));
  };
  return results_text(comparison.results, now_of, kind_of, options);
}

std::size_t count_of(const Comparison& comparison, Change change)
{
  const auto& results = comparison.results;
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [change](const Compared& one) { return one.change == change; }));
}

// "1 better, 2 new, 3 as bad as before", what there is of it.
std::string also_found(const Comparison& comparison)
{
  std::string text;
  const auto add = [&text](std::size_t count, const char* words) {
    if (count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, words);
    }
  };
  add(count_of(comparison, Change::better), "better");
  add(count_of(comparison, Change::added), "new and well");
  add(count_of(comparison, Change::still), "as bad as before");
  return text;
}

}  // namespace

std::string gate_text(const Observation& seen, const Ending& ending, const OutputOptions& options)
{
  const auto kind_of = [&](const Reading& reading) {
    const bool shown = options.verbose || ending.tolerance.is_problem(reading.state);
    return shown ? one_line(reading.check) + " " + coloured(reading.state, options.style) : std::string{};
  };
  return results_text(seen.readings, itself, kind_of, options) +
         gaps_text("No result:", seen.missing, options) +
         verdict_line(ending, counted(ending, seen.expected, false), "", options);
}

std::string compare_text(const Comparison& comparison, const Ending& ending, const OutputOptions& options)
{
  const auto& style = options.style;
  const auto changes = [&](const std::vector<Change>& wanted) {
    return changes_text(comparison, wanted, options);
  };
  auto text = titled(style.red("Worse:"), changes({Change::worse, Change::added_problem})) +
              gaps_text("Vanished:", comparison.vanished, options) +
              gaps_text("No result:", comparison.missing, options);
  if (options.verbose) {
    text += titled(style.yellow("As bad as before:"), changes({Change::still}));
  }
  text += titled(style.green("Better:"), changes({Change::better})) +
          titled(style.bold("New:"), changes({Change::added}));
  return text +
         verdict_line(ending, counted(ending, comparison.expected, true), also_found(comparison), options);
}

std::string save_text(const Observation& seen, const std::string& file, const OutputOptions& options)
{
  const auto judgement = judge(seen, Tolerance{});
  const auto found = one_line(judgement_text(judgement, false));
  const auto gaps = gaps_text("No result:", seen.missing, options);
  if (file.empty()) {
    return gaps + options.style.red("NOT SAVED") + ": " + found + "\n";
  }
  const bool whole = judgement.missing == 0 && judgement.doubt.empty();
  return gaps + fmt::format(
                    "{}: {} result{} in {}; {}\n",
                    whole ? options.style.green("SAVED") : options.style.yellow("SAVED, NOT WHOLE"),
                    seen.readings.size(),
                    seen.readings.size() == 1 ? "" : "s",
                    one_line(file),
                    found);
}

std::string try_text(
    std::size_t number, const Judgement& judgement, bool new_ones, std::chrono::milliseconds sleep)
{
  return fmt::format(
      "mco gate: try {}: {}; again in {}\n",
      number,
      one_line(judgement_text(judgement, new_ones)),
      duration_text(sleep));
}

}  // namespace muster::cli::gate
