// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/commands/application_commands.hpp"
#include "cli/commands/asking.hpp"
#include "cli/commands/confirmation.hpp"
#include "cli/exit_code.hpp"
#include "cli/interruptible_pause.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/json_text.hpp"
#include "cli/run_schedule.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

using std::chrono::steady_clock;
using Seen = RunSchedule::Seen;

constexpr std::chrono::seconds between_looks{2};

// A fleet has no more nodes.
constexpr std::size_t most_at_a_time = 100'000;

bool is_true(const protocol::json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Seen seen_in(const protocol::Answer& answer)
{
  if (answer.status != 0) {
    return Seen::silent;
  }
  if (is_true(answer.data, "applying")) {
    return Seen::running;
  }
  return is_true(answer.data, "enabled") ? Seen::idle : Seen::disabled;
}

std::map<std::string, Seen> seen_in(const fleet::FleetReport& report)
{
  std::map<std::string, Seen> seen;
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done && node.answer) {
      seen[node.name] = seen_in(*node.answer);
    }
  }
  return seen;
}

std::string why_not(const fleet::NodeAccount& node, Zone zone, const fleet::FleetReport& report)
{
  if (node.fate == fleet::Fate::done && node.answer) {
    return node.answer->message;
  }
  return node.fate == fleet::Fate::refused ? refusal_text(report, node, zone) : "no answer to the order";
}

// Runs Puppet over the fleet, a few nodes at a time, and tells of each start.
class RunAll {
public:
  RunAll(const FleetArguments& arguments, Prepared prepared, std::size_t most)
      : arguments_{arguments}, prepared_{std::move(prepared)}, most_{most}
  {
    prepared_.addressed.question.agent = "puppet";
  }

  int run()
  {
    auto first = ask_for("status");
    if (!first) {
      return first.error();
    }
    std::vector<std::string> nodes;
    for (const auto& [name, seen] : seen_in(*first)) {
      nodes.push_back(name);
    }
    schedule_ = RunSchedule{std::move(nodes), most_};
    tell(fmt::format("Running {} nodes with a concurrency of {}", schedule_.open().size(), most_));
    address_by_name();
    if (const auto failed = start(*first); failed != 0) {
      return failed;
    }
    while (!ended_ && !schedule_.is_over()) {
      if (const int failed = go_on(); failed != 0) {
        return failed;
      }
    }
    return finish(*first);
  }

private:
  tl::expected<fleet::FleetReport, int> ask_for(const char* action)
  {
    prepared_.addressed.question.action = action;
    auto report = ask(arguments_, prepared_);
    ended_ = ended_ || (report && (report->interrupted || !report->broker_lost.empty()));
    return report;
  }

  // From now on each request names its nodes.
  void address_by_name()
  {
    prepared_.addressed.question.filter = {};
    prepared_.addressed.filter = CompiledFilter::compile({}).value();
  }

  int go_on()
  {
    if (!pause_.wait(between_looks)) {
      ended_ = true;
      return 0;
    }
    prepared_.addressed.question.nodes = schedule_.open();
    const auto report = ask_for("status");
    return report ? start(*report) : report.error();
  }

  int start(const fleet::FleetReport& looked)
  {
    auto nodes = schedule_.look(seen_in(looked), steady_clock::now());
    if (nodes.empty() || ended_) {
      return 0;
    }
    prepared_.addressed.question.nodes = std::move(nodes);
    const auto report = ask_for("runonce");
    if (!report) {
      return report.error();
    }
    for (const auto& node : report->nodes) {
      note(node, *report);
    }
    return 0;
  }

  void note(const fleet::NodeAccount& node, const fleet::FleetReport& report)
  {
    if (node.fate == fleet::Fate::done && node.answer && node.answer->status == 0) {
      schedule_.started(node.name, steady_clock::now());
      tell(node.name + ": started a Puppet run");
    } else {
      schedule_.failed(node.name, why_not(node, zone(), report));
      tell(node.name + ": " + schedule_.left_out().at(node.name));
    }
  }

  [[nodiscard]] Zone zone() const { return arguments_.utc ? Zone::utc : Zone::local; }

  void tell(const std::string& text) const
  {
    if (!arguments_.json && !arguments_.quiet) {
      const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
      print(iso_8601(now, zone()) + " " + one_line(text) + "\n");
    }
  }

  int finish(const fleet::FleetReport& first)
  {
    const auto left_out = schedule_.left_out();
    const auto told = command_exit_status(first, prepared_.strictness);
    const int status = ended_ ? exit_interrupted : told == 0 && !left_out.empty() ? 2 : told;
    if (arguments_.json) {
      print(as_json(status));
      return status;
    }
    for (const auto& [node, why] : left_out) {
      tell(fmt::format("{}: skipped, {}", node, why));
    }
    tell(fmt::format("Iteration complete. Initiated a Puppet run on {} nodes.", schedule_.count_started()));
    print(fate_lists(first, output_options(arguments_), SinceWhen::of_the_gone));
    return status;
  }

  [[nodiscard]] std::string as_json(int status) const
  {
    protocol::json::array left_out;
    for (const auto& [node, why] : schedule_.left_out()) {
      left_out.push_back(protocol::json::object{{"node", node}, {"why", why}});
    }
    const auto open = schedule_.open();
    return json_text(protocol::json::object{
        {"command", "puppet runall"},
        {"exit_status", status},
        {"started", schedule_.count_started()},
        {"left_out", std::move(left_out)},
        {"unfinished", protocol::json::array(open.begin(), open.end())}});
  }

  const FleetArguments& arguments_;
  Prepared prepared_;
  InterruptiblePause pause_;
  std::size_t most_;
  RunSchedule schedule_{{}, 0};
  bool ended_ = false;
};

}  // namespace

int run_puppet_runall(const FleetArguments& arguments, std::size_t most_running, bool yes)
{
  if (most_running == 0 || most_running > most_at_a_time) {
    const Error error{
        ErrorCode::invalid_input,
        fmt::format("runall: expected how many at a time, 1 to {}", most_at_a_time)};
    return fail(arguments, {error}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  if (!yes && is_unfiltered(question, {})) {
    if (const int refused = confirm(arguments, "Puppet"); refused != 0) {
      return refused;
    }
  }
  question.filter.agents.emplace_back("puppet");  // a node without Puppet is no failure
  prepared->addressed.filter = CompiledFilter::compile(question.filter).value();
  return RunAll{arguments, std::move(*prepared), most_running}.run();
}

}  // namespace muster::cli
