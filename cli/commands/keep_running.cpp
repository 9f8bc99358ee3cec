// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/keep_running.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/interruptible_pause.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/job_report.hpp"
#include "cli/output/keep_running_report.hpp"
#include "cli/run_watch.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Sights = std::map<std::string, RunSchedule::Sight>;

// A job is told as over at once; Puppet needs its time, and a look at it reads files on every node.
constexpr milliseconds between_looks_at_jobs{500};
constexpr milliseconds between_looks_at_puppet{2000};

// A node that begins a job late still has its own time for it.
constexpr milliseconds job_slack{60'000};

bool went_well(const fleet::NodeAccount& node)
{
  return node.fate == fleet::Fate::done && node.answer && node.answer->status == 0;
}

// A look lasts a moment: bars would flicker.
FleetArguments without_progress(const FleetArguments& arguments)
{
  auto without = arguments;
  without.no_progress = true;
  return without;
}

std::string job_in(const protocol::Answer& answer, const std::string& request_id)
{
  const auto* job = answer.data.if_contains("job");
  return job != nullptr && *job == boost::json::value(request_id) ? request_id : std::string{};
}

// Round after round: looks at what runs, starts what may be started, tells of each.
class KeepRunning {
public:
  KeepRunning(
      const FleetArguments& arguments,
      const RpcArguments& rpc,
      Prepared prepared,
      const Selection& selection,
      const KeptRunning& kept)
      : arguments_{arguments},
        asking_{without_progress(arguments)},
        rpc_{rpc},
        order_{std::move(prepared)},
        look_{order_},
        all_{look_.addressed},
        selection_{selection},
        kept_{kept},
        told_by_{told_by(rpc.agent, rpc.action)}
  {
    auto& question = look_.addressed.question;
    question.agent = told_by_ == ToldBy::jobs ? "job" : rpc.agent;
    question.action = told_by_ == ToldBy::jobs ? "list" : "status";
    question.data = {};
    question.detach = {};
    if (told_by_ == ToldBy::jobs || !arguments.timeout_s) {
      question.wait = look_.settings.wait;
    }
    question.filter.agents.push_back(rpc.agent);  // a node without the agent is no failure
    look_.addressed.filter = CompiledFilter::compile(question.filter).value();
    all_ = look_.addressed;
    address_by_name(order_);
  }

  int run()
  {
    for (;;) {
      const auto began = steady_clock::now();
      const int status = one_round();
      if (!kept_.rerun || ended_ || failed_ || schedule_.has_stopped()) {
        return status;
      }
      const auto taken = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
      if (!pause_.wait(std::max(*kept_.rerun - taken, between_looks()))) {
        return exit_interrupted;
      }
    }
  }

private:
  [[nodiscard]] milliseconds between_looks() const
  {
    return told_by_ == ToldBy::jobs ? between_looks_at_jobs : between_looks_at_puppet;
  }

  int one_round()
  {
    own_.clear();
    begun_.clear();
    look_.addressed = all_;
    const auto first = asked(look_);
    if (!first) {
      return stop_with(first.error());
    }
    begin(*first);
    address_by_name(look_);
    int failed = start(*first);
    while (failed == 0 && !ended_ && !schedule_.is_over()) {
      failed = go_on();
    }
    return failed == 0 ? finish(*first) : stop_with(failed);
  }

  int stop_with(int status)
  {
    failed_ = true;
    return status;
  }

  // From now on each request names its nodes.
  static void address_by_name(Prepared& prepared)
  {
    prepared.addressed.question.filter = {};
    prepared.addressed.filter = CompiledFilter::compile({}).value();
  }

  tl::expected<fleet::FleetReport, int> asked(const Prepared& prepared)
  {
    auto report = ask(asking_, prepared);
    if (report && (report->interrupted || !report->broker_lost.empty())) {
      ended_ = true;
      end_status_ = final_status(*report, 0);
      broker_lost_ = report->broker_lost;
    }
    return report;
  }

  void begin(const fleet::FleetReport& first)
  {
    std::vector<std::string> nodes;
    for (const auto& node : first.nodes) {
      if (node.fate == fleet::Fate::done) {
        nodes.push_back(node.name);
      }
    }
    if (selection_.limit) {
      const auto count = selection_.limit->of(nodes.size());
      nodes = drawn(std::move(nodes), count, selection_.seed);
    }
    const std::set<std::string> meant{nodes.begin(), nodes.end()};
    schedule_ = RunSchedule{std::move(nodes), limits(meant.size())};
    tell(fmt::format(
        "Running {} nodes with a concurrency of {}", meant.size(), kept_.at_a_time.of(meant.size())));
    for (const auto& node : first.nodes) {
      if (meant.contains(node.name) && !went_well(node)) {
        leave_out(node, first);
      }
    }
  }

  [[nodiscard]] RunSchedule::Limits limits(std::size_t nodes) const
  {
    RunSchedule::Limits limits;
    limits.most_running = kept_.at_a_time.of(nodes);
    if (selection_.max_failures) {
      limits.most_failures = selection_.max_failures->of(nodes);
    }
    if (told_by_ == ToldBy::jobs) {
      limits.longest_run = order_.addressed.question.detach + job_slack;
    }
    return limits;
  }

  int go_on()
  {
    if (!pause_.wait(between_looks())) {
      ended_ = true;
      end_status_ = exit_interrupted;
      return 0;
    }
    look_.addressed.question.nodes = schedule_.open();
    const auto report = asked(look_);
    return report ? start(*report) : report.error();
  }

  int start(const fleet::FleetReport& looked)
  {
    auto nodes = look_at(looked);
    if (nodes.empty() || ended_) {
      return 0;
    }
    order_.addressed.question.nodes = std::move(nodes);
    const auto report = asked(order_);
    if (!report) {
      return report.error();
    }
    for (const auto& node : report->nodes) {
      note(node, *report);
    }
    return 0;
  }

  std::vector<std::string> look_at(const fleet::FleetReport& looked)
  {
    const auto before = schedule_.running();
    auto sights = told_by_ == ToldBy::jobs ? sights_of_jobs(looked, rpc_.agent, rpc_.action, own_)
                                           : sights_of_status(looked, begun_);
    explain(sights);
    auto nodes = schedule_.look(sights, steady_clock::now());
    tell_ends(before);
    return nodes;
  }

  // Why a job failed is told to those who may see it, and only if they ask for that job.
  void explain(Sights& sights)
  {
    for (auto& [name, sight] : sights) {
      const auto own = own_.find(name);
      if (sight.does != RunSchedule::Seen::failed || own == own_.end()) {
        continue;
      }
      auto prepared = look_;
      prepared.addressed.question.action = "status";
      prepared.addressed.question.data["job"] = own->second;
      prepared.addressed.question.nodes = {name};
      if (const auto report = asked(prepared)) {
        const auto job = make_job(own->second, *report);
        sight.why += job.runs.empty() || job.runs[0].message.empty() ? "" : ": " + job.runs[0].message;
      }
      sight.why += " (mco job result " + own->second + ")";
    }
  }

  void tell_ends(const std::vector<std::string>& before) const
  {
    const auto running = schedule_.running();
    const auto badly = schedule_.ended_badly();
    for (const auto& node : before) {
      if (const auto bad = badly.find(node); bad != badly.end()) {
        tell(node + ": " + bad->second);
      } else if (!std::binary_search(running.begin(), running.end(), node)) {
        tell(node + ": done");
      }
    }
  }

  void note(const fleet::NodeAccount& node, const fleet::FleetReport& report)
  {
    if (!went_well(node)) {
      leave_out(node, report);
      return;
    }
    schedule_.started(node.name, steady_clock::now());
    if (told_by_ == ToldBy::jobs) {
      own_[node.name] = job_in(*node.answer, report.request_id);
    } else {
      add_begun_run(begun_, node);
    }
    tell(
        node.name + ": started " +
        (told_by_ == ToldBy::jobs ? rpc_.agent + " " + rpc_.action : std::string{"a Puppet run"}));
  }

  void leave_out(const fleet::NodeAccount& node, const fleet::FleetReport& report)
  {
    schedule_.failed(node.name, why_not(node, report));
    tell(node.name + ": " + schedule_.left_out().at(node.name));
  }

  [[nodiscard]] std::string why_not(const fleet::NodeAccount& node, const fleet::FleetReport& report) const
  {
    if (node.fate == fleet::Fate::done && node.answer) {
      return node.answer->message;
    }
    return node.fate == fleet::Fate::refused ? refusal_text(report, node, zone()) : "no answer to the order";
  }

  [[nodiscard]] Zone zone() const { return arguments_.utc ? Zone::utc : Zone::local; }

  void tell(const std::string& text) const
  {
    if (!arguments_.json && !arguments_.quiet) {
      const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
      print_now(iso_8601(now, zone()) + " " + one_line(text) + "\n");
    }
  }

  [[nodiscard]] int status_of(const fleet::FleetReport& first) const
  {
    if (ended_) {
      return end_status_;
    }
    const auto told = command_exit_status(first, order_.strictness);
    const bool badly = !schedule_.left_out().empty() || !schedule_.ended_badly().empty();
    return told == 0 && badly ? 2 : told;
  }

  int finish(const fleet::FleetReport& first)
  {
    const int status = status_of(first);
    if (end_status_ == exit_broker) {
      complain("mco: the broker went away: " + printable(broker_lost_, false) + "\n");
    }
    const KeepRunningOutcome outcome{rpc_.agent, rpc_.action, schedule_};
    if (arguments_.json) {
      print(keep_running_json(outcome, status));
      return status;
    }
    for (const auto& [node, why] : schedule_.left_out()) {
      tell(fmt::format("{}: skipped, {}", node, why));
    }
    tell(keep_running_text(outcome, ended_));
    print(fate_lists(first, output_options(arguments_), SinceWhen::of_the_gone));
    return status;
  }

  const FleetArguments& arguments_;
  FleetArguments asking_;
  const RpcArguments& rpc_;
  Prepared order_;  // the action itself
  Prepared look_;   // what tells where it runs
  Addressed all_;   // that, to everybody who is meant
  const Selection& selection_;
  const KeptRunning& kept_;
  ToldBy told_by_;
  InterruptiblePause pause_;
  RunSchedule schedule_{{}, {}};
  StartedJobs own_;
  BegunRuns begun_;
  bool ended_ = false;  // before its time: what runs goes on
  int end_status_ = 0;
  std::string broker_lost_;
  bool failed_ = false;  // and has said why
};

}  // namespace

int keep_running(
    const FleetArguments& arguments,
    const RpcArguments& rpc,
    Prepared prepared,
    const Selection& selection,
    const KeptRunning& kept)
{
  return KeepRunning{arguments, rpc, std::move(prepared), selection, kept}.run();
}

}  // namespace muster::cli
