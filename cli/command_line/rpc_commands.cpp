// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/rpc.hpp"

namespace muster::cli {

namespace {

constexpr const char* rpc_examples =
    "\nExamples:\n"
    "  mco rpc rpcutil get_fact fact=kernel\n"
    "  mco rpc service status service=nginx -C web\n"
    "  mco rpc package update package=nginx --batch 10% --max-failures 2\n"
    "  mco rpc puppet runonce --detach -C web\n"
    "  mco rpc backup run --keep-running 5 --max-failures 3 -C web\n"
    "  mco rpc nrpe runcommand command=check_load --display all\n"
    "\n"
    "The nodes tell which actions an agent has and what each takes: mco plugin doc AGENT shows it.\n"
    "Exit status: 0 all well, 1 nobody matched, 2 some failed or did not answer, 3 nobody answered; 64 also "
    "an "
    "agent, action or input that there is not.\n";

// MCollective's other way to write it: -a AGENT --action ACTION --arg name=value.
struct NamedWords {
  std::string agent;
  std::string action;
  std::vector<std::string> inputs;
};

void take_words(const NamedWords& named, const std::vector<std::string>& words, RpcArguments& rpc)
{
  auto rest = words.begin();
  const auto next = [&](const std::string& given, const char* what) {
    if (!given.empty()) {
      return given;
    }
    if (rest == words.end()) {
      throw CLI::ValidationError{std::string{"expected "} + what + ": mco rpc AGENT ACTION [name=value…]"};
    }
    return *rest++;
  };
  rpc.agent = next(named.agent, "the name of an agent");
  rpc.action = next(named.action, "the name of an action");
  rpc.inputs = named.inputs;
  rpc.inputs.insert(rpc.inputs.end(), rest, words.end());
}

}  // namespace

void add_selection(CLI::App& command, SelectionArguments& selection)
{
  const std::string group = "How many at a time";
  const auto add = [&](const char* names, std::string& target, const char* help) {
    command.add_option(names, target, help)->type_name("N|N%")->group(group)->check(refuse_blank);
  };
  add("--limit,--limit-nodes,--ln", selection.limit, "only so many of the nodes that match, drawn by lot");
  command.add_flag("-1,--one", selection.one, "only one of them")->group(group);
  command.add_option("--limit-seed", selection.seed, "draw the same ones again")
      ->type_name("NUMBER")
      ->group(group);
  add("--batch",
      selection.batch,
      "so many at a time (default: `batch` of client.yaml, else all; 100% is all)");
  command
      .add_option(
          "--batch-sleep",
          selection.batch_sleep_s,
          "pause between two batches (default: `batch_sleep` of client.yaml, else 1)")
      ->type_name("SECONDS")
      ->group(group);
  add("--max-failures", selection.max_failures, "start no further batch or node once so many have failed");
}

void tell_timeout_of_agent(CLI::App& command)
{
  command.get_option("--timeout")
      ->description(
          "how long the nodes may work (default: the timeout that the agent's DDL names, but no less than "
          "`wait` of "
          "client.yaml, which is 10 if it does not say; with --detach an hour)");
}

void add_display(CLI::App& command, RpcArguments& rpc)
{
  command
      .add_option(
          "--display", rpc.display, "the replies to show: ok, failed or all (default: what the DDL says)")
      ->type_name("MODE")
      ->check(CLI::IsMember({"ok", "failed", "all"}).description(""));
  command.add_flag("--sort", rpc.sort, "replies by name, not as they come");
}

void add_detach(CLI::App& command, RpcArguments& rpc)
{
  command.add_flag(
      "--detach",
      rpc.detach,
      "begin it and do not wait: mco job tells the rest; -t is then how long it may take");
}

void add_keep_running(CLI::App& command, RpcArguments& rpc)
{
  const std::string group = "How many at a time";
  command
      .add_option(
          "--keep-running",
          rpc.keep_running,
          "run it as a job on so many at a time, the next node as soon as one is over, until all had their "
          "turn")
      ->type_name("N|N%")
      ->group(group)
      ->check(refuse_blank);
  command
      .add_option(
          "--rerun", rpc.rerun_s, "with --keep-running: all over again, so long after the last beginning")
      ->type_name("SECONDS")
      ->group(group);
}

void add_rpc_commands(CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  auto* command = tree.app.add_subcommand("rpc", "Call an action of an agent on the fleet");
  const auto rpc = std::make_shared<RpcArguments>();
  const auto named = std::make_shared<NamedWords>();
  const auto words = std::make_shared<std::vector<std::string>>();
  add_common(*command, fleet);
  tell_timeout_of_agent(*command);
  add_selection(*command, rpc->selection);
  command->add_option("WORD", *words, "the agent, its action, and the action's inputs as name=value")
      ->type_name("");
  command->add_option("-a,--agent", named->agent, "the agent, in place of the first word")
      ->type_name("AGENT");
  command->add_option("--action", named->action, "the action, in place of the next word")
      ->type_name("ACTION");
  command->add_option("--arg,--argument", named->inputs, "an input")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  add_display(*command, *rpc);
  command->add_option("--by", rpc->by, "the summaries for each value of this fact, too")
      ->type_name("FACT")
      ->check(refuse_blank);
  command->add_flag("--no-results,--nr", rpc->no_results, "send the request, wait for no reply");
  command->add_option("--reply-to", rpc->reply_to, "send the request; replies go to another session of yours")
      ->type_name("CALLER/SESSION");
  add_detach(*command, *rpc);
  add_keep_running(*command, *rpc);
  command->footer(rpc_examples);
  command->callback([&fleet, &chosen, rpc, named, words] {
    take_words(*named, *words, *rpc);
    chosen = [&fleet, rpc] { return run_rpc(fleet, *rpc); };
  });
}

}  // namespace muster::cli
