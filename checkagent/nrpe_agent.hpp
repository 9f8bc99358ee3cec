// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "checkagent/check_command.hpp"
#include "checkagent/plugin_runner.hpp"
#include "checkagent/run_queue.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/node/agents.hpp"

namespace muster::checkagent {

// Agent `nrpe`: runs the checks of nrpe.cfg. Its actions are
//   runcommand      {command, args, as}  one check, perhaps with arguments "a!b"; `as` is a name that makes
//   the
//                                      run with arguments a check result, for a schedule of a collector only
//   runcommands     {commands: […]}    several at once
//   runallcommands  {}                 all that nrpe.cfg defines; if those are more than one answer can tell
//                                      of, the first by name, and how many were left out
//   listcommands    {}                 their names, and runs none
// A request for several checks has at most as many runs in the queue as plugins may run at once, so that it
// does not shut out everybody else. One thread; must outlive the runs it started.
class NrpeAgent {
public:
  static constexpr std::size_t most_named_checks = 256;  // somebody wrote them down, with commas

  // Told of every run that is a check result: of a defined check, without arguments or under a name that a
  // schedule gives it, that really ran.
  using OnResult = std::function<void(const CheckResult&)>;

  NrpeAgent(RunQueue& queue, std::size_t output_limit, OnResult on_result);

  // From now on; runs under way keep what they had.
  void use(CommandTable commands, PluginAccount account);

  void limit_timeout(std::optional<std::chrono::seconds> timeout) { timeout_limit_ = timeout; }

  [[nodiscard]] const CommandTable& commands() const { return commands_; }

  [[nodiscard]] const PluginAccount& account() const { return account_; }

  // One check without arguments, for a filter that asks for it; it is a check result as any other. Fails with
  // `not_found` if nrpe.cfg does not define it, `denied` when the queue is full, `timed_out` when its turn
  // did not come before the deadline.
  [[nodiscard]] boost::asio::awaitable<Expected<CheckResult>> run_check(
      std::string check, std::chrono::steady_clock::time_point deadline, std::string origin);

  // What a client of NRPE is told of.
  struct PlainRun {
    CheckState state = CheckState::unknown;
    PluginEnd end = PluginEnd::could_not_start;
    std::string printed;                   // the standard output as it stands: any bytes
    std::chrono::milliseconds timeout{0};  // that the plugin had
  };

  // One check for a client of NRPE; without arguments it is a check result as any other. Fails with
  // `not_found`, `denied` or `invalid_input` as make_plugin_command() does, with `denied` when the queue is
  // full, and with `timed_out` when its turn did not come before the deadline.
  [[nodiscard]] boost::asio::awaitable<Expected<PlainRun>> run_plain(
      std::string check,
      std::vector<std::string> arguments,
      std::chrono::steady_clock::time_point deadline,
      std::string origin);

  void add_to(node::Agents& agents);

private:
  // One run of one check, whether the queue was full, and whether there was no time for it.
  struct Run {
    CheckResult result;
    bool busy = false;
    bool too_late = false;
    std::optional<PlainRun> plain{};  // where it was wished, and the plugin ran
  };

  // What is to be run, and for whom.
  struct Wish {
    std::string check;
    std::vector<std::string> arguments;
    std::string as;  // the name of a run with arguments; empty: it is no check result
    std::chrono::steady_clock::time_point deadline;
    std::string origin;
    bool plain = false;  // what the plugin printed is of interest as it stands
  };
  struct Gathering;
  struct NoMoreRuns;

  boost::asio::awaitable<node::ActionReply> run_command(node::ActionCall call);
  boost::asio::awaitable<node::ActionReply> run_commands(node::ActionCall call);
  boost::asio::awaitable<node::ActionReply> run_all(node::ActionCall call);
  [[nodiscard]] node::ActionReply list() const;
  boost::asio::awaitable<node::ActionReply> run_many(std::vector<std::string> checks, node::ActionCall call);
  boost::asio::awaitable<void> work_through(std::shared_ptr<Gathering> gathering);
  boost::asio::awaitable<Run> run_one(Wish wish);
  void tell(const CheckResult& result, const std::string& as) const;
  [[nodiscard]] std::optional<node::ActionReply> refuse_name(const Wish& wish) const;

  RunQueue& queue_;
  std::size_t output_limit_;
  OnResult on_result_;
  std::optional<std::chrono::seconds> timeout_limit_;
  CommandTable commands_;
  PluginAccount account_;
};

}  // namespace muster::checkagent
