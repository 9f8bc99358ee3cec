// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/collector.hpp"
#include "cli/commands/watch.hpp"

namespace muster::cli {

namespace {

constexpr const char* status_examples =
    "\nExamples:\n"
    "  mco status                       what is wrong now, the worst first\n"
    "  mco status -C web -v             of the web servers everything, also what is well\n"
    "  mco status check_disk --json     one check, for programs\n"
    "\n"
    "Exit status: 0 nothing needs anybody, 1 WARNING, 2 CRITICAL or a node that is not up, 3 UNKNOWN is the\n"
    "worst that does; 3 also nothing is known of what was asked for; 69 also no collector is up or it did "
    "not\n"
    "answer, 77 also it refused.\n";

constexpr const char* watch_examples =
    "\nExamples:\n"
    "  mco watch                        what is wrong, live; q quits, ? tells the keys\n"
    "  mco watch -C web check_http      a part of it\n"
    "  mco watch --json --for 10m       a JSON object on a line for each change, for programs\n"
    "\n"
    "Exit status: 0 after q or --for, 130 after Ctrl-C; 69 if the collector does not answer at the "
    "end.\n";

constexpr const char* history_examples =
    "\nExamples:\n"
    "  mco history web1 check_disk      its states of the last day, and what has happened\n"
    "  mco history web1 --last 7d       when a node was up and gone, and what happened on it\n"
    "  mco history                      all that happened, the newest first\n"
    "\n"
    "Exit status: 0 done, 1 the collector knows no such thing, 64 also an input that the collector does not "
    "take, "
    "69 also no collector is up or it did not answer, 77 also it refused.\n";

constexpr const char* graph_examples =
    "\nExamples:\n"
    "  mco graph web1 check_load                      a chart on the terminal\n"
    "  mco graph web1 check_load --last 7d -o load.svg\n"
    "  mco graph web1 check_ping --label pl -o loss.svg   a picture has one unit: that of pl\n"
    "  mco graph --fleet check_load                   how long it takes: median, p95, longest\n"
    "  mco graph --fleet check_load --label load1     the same of a value over the nodes\n"
    "  mco graph --states check_load -o states.png    how many nodes are in which state\n"
    "\n"
    "Exit status: 0 done, 1 the collector knows no such thing, 64 also an input that the collector does not "
    "take, "
    "69 also no collector is up or it did not answer, 77 also it refused.\n";

constexpr const char* acknowledge_examples =
    "\nExamples:\n"
    "  mco ack web1 check_disk -m 'disk is ordered'   until the state changes\n"
    "  mco ack web1 check_disk -m 'known' --sticky    until it is OK\n"
    "  mco ack web1 -m 'in repair' --expires 2d       the node itself, that is gone\n"
    "  mco unack web1 check_disk\n"
    "\n"
    "Exit status: 0 done, 1 the collector knows no such thing, 64 also an input that the collector does not "
    "take, "
    "69 also no collector is up or it did not answer, 77 also it refused.\n";

constexpr const char* downtime_examples =
    "\nExamples:\n"
    "  mco downtime add -I web1 -m 'new kernel'               two hours from now\n"
    "  mco downtime add -C web --for 30m -m 'upgrade'         all web servers\n"
    "  mco downtime add -I db1 --check backup --in 8h --for 4h --flexible 30m -m 'dump'\n"
    "  mco downtime list\n"
    "  mco downtime remove NAME\n"
    "\n"
    "Exit status: 0 done, 1 the collector knows no such thing, 64 also an input that the collector does not "
    "take, "
    "69 also no collector is up or it did not answer, 77 also it refused.\n";

constexpr const char* schedule_examples =
    "\nExamples:\n"
    "  mco schedule list                what the collector asks for, and when\n"
    "  mco schedule run disks           ask now\n"
    "\n"
    "Exit status: 0 done, 1 the collector knows no such thing, 64 also an input that the collector does not "
    "take, "
    "69 also no collector is up or it did not answer, 77 also it refused.\n";

void add_collector_options(
    CLI::App& command, CommandTree& tree, const std::shared_ptr<CollectorArguments>& collector)
{
  auto& fleet = tree.fleet;
  add_config(command, fleet);
  command.add_option("--collector", collector->collector, "which one, if there are several: collector@mon1")
      ->type_name("NAME");
  command.add_option("-t,--timeout", fleet.timeout_s, "how long to wait for it (default 10)")
      ->type_name("SECONDS");
  command.add_flag("-q,--quiet", fleet.quiet, "print nothing when all is well (exit status 0)");
  command.add_flag("-j,--json", fleet.json, "one JSON object instead of text");
  command.add_flag("--utc", fleet.utc, "times in UTC");
}

// A command with arguments of its own, and the collector's.
template <typename Arguments>
struct Parts {
  CLI::App* command;
  std::shared_ptr<CollectorArguments> collector = std::make_shared<CollectorArguments>();
  std::shared_ptr<Arguments> own = std::make_shared<Arguments>();
};

struct Texts {
  const char* name;
  const char* help;
  const char* examples;
};

template <typename Arguments, typename Run>
Parts<Arguments> add(CommandTree& tree, CLI::App& under, const Texts& texts, Run run)
{
  Parts<Arguments> parts{under.add_subcommand(texts.name, texts.help)};
  add_collector_options(*parts.command, tree, parts.collector);
  parts.command->footer(texts.examples);
  parts.command->callback(
      [&fleet = tree.fleet, &chosen = tree.chosen, collector = parts.collector, own = parts.own, run] {
        chosen = [&fleet, collector, own, run] { return run(fleet, *collector, *own); };
      });
  return parts;
}

struct Nothing {};

void add_status(CommandTree& tree)
{
  const auto parts = add<StatusArguments>(
      tree,
      tree.app,
      {"status", "What is wrong with the fleet now, as the collector knows it", status_examples},
      run_status);
  parts.command->add_option("CHECK", parts.own->check, "this check only")->type_name("");
  parts.command->add_flag("-a,--all", parts.own->all, "what is OK, too");
  parts.command->add_flag("-v,--verbose", tree.fleet.verbose, "everything, each node on a line of its own");
  add_host_filters(*parts.command, tree.fleet);
}

void add_watch(CommandTree& tree)
{
  const auto parts = add<WatchArguments>(
      tree,
      tree.app,
      {"watch", "What is wrong with the fleet, on a screen that follows", watch_examples},
      run_watch);
  parts.command->remove_option(parts.command->get_option("--quiet"));
  parts.command->get_option("--json")->description("a JSON object on a line for each change");
  parts.command->add_option("CHECK", parts.own->check, "this check only")->type_name("");
  parts.command->add_option("--every", parts.own->every_s, "how often to look (default 2)")
      ->type_name("SECONDS");
  parts.command->add_option("--for", parts.own->length, "how long (default: until q or Ctrl-C)")
      ->type_name("SPAN");
  add_host_filters(*parts.command, tree.fleet);
}

void add_history(CommandTree& tree)
{
  const auto parts = add<HistoryArguments>(
      tree, tree.app, {"history", "What has happened to a node or a check", history_examples}, run_history);
  parts.command->add_option("NODE", parts.own->node, "this node only")->type_name("");
  parts.command->add_option("CHECK", parts.own->check, "this check only")->type_name("");
  parts.command->add_option("--most", parts.own->most, "how many events (default 40)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  parts.command
      ->add_option("--last", parts.own->last, "how far back (default: a strip of 24h, events of any age)")
      ->type_name("SPAN");
  parts.command->add_flag("-v,--verbose", tree.fleet.verbose, "with all output of the check");
}

void add_graph(CommandTree& tree)
{
  const auto parts = add<GraphArguments>(
      tree, tree.app, {"graph", "The numbers of a check as a chart or a picture", graph_examples}, run_graph);
  parts.command->add_option("NODE", parts.own->node, "the node; left out with --fleet and --states")
      ->type_name("")
      ->required();
  parts.command->add_option("CHECK", parts.own->check, "the check")->type_name("");
  parts.command->add_flag("--fleet", parts.own->fleet, "how long the check takes over the fleet");
  parts.command
      ->add_option(
          "--label",
          parts.own->label,
          "the values of the unit of this one; with --fleet, this value of the check")
      ->type_name("LABEL");
  parts.command->add_flag("--states", parts.own->states, "how many nodes are in which state");
  parts.command->add_option("--last", parts.own->last, "how far back (default 24h)")->type_name("SPAN");
  parts.command->add_option("-o,--output", parts.own->output, "draw it into FILE.svg or FILE.png")
      ->type_name("FILE");
  parts.command->add_flag("--dark", parts.own->dark, "on a dark ground");
}

void add_acknowledge(CommandTree& tree)
{
  const auto set = add<AcknowledgeArguments>(
      tree,
      tree.app,
      {"ack", "Say that somebody takes care of a problem", acknowledge_examples},
      run_acknowledge);
  set.command->add_option("NODE", set.own->node, "the node")->type_name("")->required();
  set.command->add_option("CHECK", set.own->check, "the check; none: that the node is gone")->type_name("");
  set.command->add_option("-m,--comment", set.own->comment, "why, for whoever reads it")
      ->type_name("TEXT")
      ->required();
  set.command->add_flag("--sticky", set.own->sticky, "until it is OK, not only until the state changes");
  set.command->add_option("--expires", set.own->expires, "after so long, whatever happens")
      ->type_name("SPAN");
  const auto take_back = add<AcknowledgeArguments>(
      tree, tree.app, {"unack", "Take an acknowledgement back", acknowledge_examples}, run_unacknowledge);
  take_back.command->add_option("NODE", take_back.own->node, "the node")->type_name("")->required();
  take_back.command->add_option("CHECK", take_back.own->check, "the check; none: the node")->type_name("");
}

void add_downtime(CommandTree& tree)
{
  auto* group = tree.app.add_subcommand("downtime", "When problems are expected");
  group->require_subcommand(1);
  group->footer(downtime_examples);
  const auto made = add<DowntimeArguments>(
      tree, *group, {"add", "Say that problems are expected", downtime_examples}, run_downtime_add);
  made.command->add_option("--check", made.own->checks, "of this check only; may be given several times")
      ->type_name("CHECK")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  made.command->add_option("-m,--comment", made.own->comment, "why, for whoever reads it")
      ->type_name("TEXT")
      ->required();
  made.command->add_option("--in", made.own->in, "it begins so much later (default: now)")->type_name("SPAN");
  made.command->add_option("--for", made.own->length, "how long (default 2h)")->type_name("SPAN");
  made.command
      ->add_option(
          "--flexible", made.own->flexible, "so long from the first problem of each node, within that time")
      ->type_name("SPAN");
  add_host_filters(*made.command, tree.fleet);
  add<Nothing>(
      tree,
      *group,
      {"list", "All that are not over", downtime_examples},
      [](const auto& fleet, const auto& collector, const Nothing&) {
        return run_downtime_list(fleet, collector);
      });
  const auto removed = add<std::string>(
      tree, *group, {"remove", "End one, or take it back", downtime_examples}, run_downtime_remove);
  removed.command->add_option("NAME", *removed.own, "its name, as add and list tell it")
      ->type_name("")
      ->required();
}

void add_schedule(CommandTree& tree)
{
  auto* group = tree.app.add_subcommand("schedule", "What the collector asks the fleet for");
  group->require_subcommand(1);
  group->footer(schedule_examples);
  add<Nothing>(
      tree,
      *group,
      {"list", "Each with its next turn", schedule_examples},
      [](const auto& fleet, const auto& collector, const Nothing&) {
        return run_schedule_list(fleet, collector);
      });
  const auto now =
      add<std::string>(tree, *group, {"run", "Ask now, out of turn", schedule_examples}, run_schedule_run);
  now.command->add_option("NAME", *now.own, "its name in collector.yaml")->type_name("")->required();
}

}  // namespace

void add_collector_commands(CommandTree& tree)
{
  add_status(tree);
  add_watch(tree);
  add_history(tree);
  add_graph(tree);
  add_acknowledge(tree);
  add_downtime(tree);
  add_schedule(tree);
}

}  // namespace muster::cli
