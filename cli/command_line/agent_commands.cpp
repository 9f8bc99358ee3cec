// SPDX-License-Identifier: Apache-2.0
//
// mco package, mco service, mco puppet: actions of the agents of that name, with their words in the order in
// which people say them.
#include <algorithm>
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/application_commands.hpp"
#include "cli/commands/rpc.hpp"

namespace muster::cli {

namespace {

constexpr const char* package_examples =
    "\nExamples:\n"
    "  mco package nginx status\n"
    "  mco package update nginx --batch 10% --max-failures 2 -C web\n"
    "  mco package install nginx 1.22.1-9 -I web1.example.net\n"
    "  mco package checkupdates\n"
    "\n"
    "Actions: status, install, update, uninstall, purge, checkupdates, count, md5, refresh. Name and action "
    "may "
    "stand\n"
    "in either order. A change of every node asks first; -y says yes. Exit status: 0 all well, 1 nobody "
    "matched\n"
    "or not confirmed, 2 some failed, 3 nobody answered.\n";

constexpr const char* service_examples =
    "\nExamples:\n"
    "  mco service nginx status\n"
    "  mco service restart nginx -C web --batch 1\n"
    "\n"
    "Actions: status, start, stop, restart. Name and action may stand in either order. A change of every "
    "node\n"
    "asks first; -y says yes. Exit status: 0 all well, 1 nobody matched or not confirmed, 2 some failed, 3 "
    "nobody\n"
    "answered.\n";

constexpr const char* puppet_examples =
    "\nExamples:\n"
    "  mco puppet status\n"
    "  mco puppet count\n"
    "  mco puppet disable 'being repaired' -I web1.example.net\n"
    "  mco puppet runonce -C web --batch 5\n"
    "  mco puppet runall 10                   every node once, ten at a time\n"
    "  mco puppet runall 10 --rerun 3600      and again every hour\n"
    "\n"
    "Actions: status, count, enable, disable [MESSAGE], runonce [name=value…],\n"
    "runall N [name=value…], summary (or last_run_summary). A change "
    "of every\n"
    "node asks first; -y says yes. Exit status: 0 all well, 1 nobody matched or not confirmed, 2 some "
    "failed, 3\n"
    "nobody answered.\n";

using Words = std::vector<std::string>;

// How the words of one application become inputs.
struct Application {
  const char* agent;
  const char* help;
  const char* words;  // for the help
  const char* about;  // of the question before a change
  const char* examples;
  void (*read)(const Words& words, RpcArguments& rpc);
};

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words)
{
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "nginx status" and "status nginx"; the action is the word that is one.
void read_name_and_action(
    const Words& words, const char* input, std::initializer_list<std::string_view> actions, RpcArguments& rpc)
{
  constexpr std::size_t fewest = 2;
  if (words.size() < fewest) {
    throw CLI::ValidationError{std::string{"expected the name of a "} + input + " and an action"};
  }
  const bool action_first = is_one_of(words[0], actions);
  if (!action_first && !is_one_of(words[1], actions)) {
    throw CLI::ValidationError{"neither '" + words[0] + "' nor '" + words[1] + "' is an action"};
  }
  rpc.action = action_first ? words[0] : words[1];
  rpc.inputs = {std::string{input} + "=" + (action_first ? words[1] : words[0])};
}

void no_more_than(std::size_t count, const Words& words)
{
  if (words.size() > count) {
    throw CLI::ValidationError{"'" + words[count] + "' is too much"};
  }
}

void read_package(const Words& words, RpcArguments& rpc)
{
  if (words.size() == 1 && is_one_of(words[0], {"checkupdates", "count", "md5", "refresh"})) {
    rpc.action = words[0];
    rpc.line = words[0] == "checkupdates" ? updates_line : ReplyLine{};
    return;
  }
  read_name_and_action(words, "package", {"status", "install", "update", "uninstall", "purge"}, rpc);
  constexpr std::size_t version = 2;
  no_more_than(version + 1, words);
  if (words.size() > version) {
    if (!is_one_of(rpc.action, {"install", "update"})) {
      throw CLI::ValidationError{"a version goes with install and update"};
    }
    rpc.inputs.push_back("version=" + words[version]);
  }
  rpc.line = package_line;
}

void read_service(const Words& words, RpcArguments& rpc)
{
  read_name_and_action(words, "service", {"status", "start", "stop", "restart"}, rpc);
  no_more_than(2, words);
  rpc.line = service_line;
}

// "runall N" is runonce, kept running on so many nodes.
void read_runall(const Words& words, RpcArguments& rpc)
{
  if (words.size() < 2 || !rpc.keep_running.empty() || rpc.detach) {
    throw CLI::ValidationError{
        "expected how many at a time, and no --keep-running or --detach besides: mco puppet runall N"};
  }
  rpc.action = "runonce";
  rpc.keep_running = words[1];
  rpc.inputs.assign(words.begin() + 2, words.end());
}

void read_puppet(const Words& words, RpcArguments& rpc)
{
  if (words.empty()) {
    throw CLI::ValidationError{"expected an action: status, count, enable, disable, runonce, runall"};
  }
  rpc.action = words[0] == "summary" ? "last_run_summary" : words[0];  // MCollective's word
  rpc.line = rpc.action == "last_run_summary" ? ReplyLine{} : puppet_line;
  if (rpc.action == "runall") {
    read_runall(words, rpc);
  } else if (rpc.action == "runonce") {
    rpc.inputs.assign(words.begin() + 1, words.end());
  } else if (rpc.action == "disable" && words.size() > 1) {
    rpc.inputs = {"message=" + words[1]};
    no_more_than(2, words);
  } else {
    no_more_than(1, words);
  }
}

// These are no single action that nodes could go on with.
void refuse_what_loops_ignore(const RpcArguments& rpc)
{
  const auto& selection = rpc.selection;
  const bool selects = selection.one || !selection.limit.empty() || !selection.batch.empty() ||
                       !selection.max_failures.empty();
  if (rpc.agent != "puppet" || rpc.action != "count") {
    return;
  }
  if (selects || !rpc.keep_running.empty()) {
    throw CLI::ValidationError{
        "--limit, --one, --batch, --max-failures and --keep-running do not go with count: it asks all nodes "
        "that match the filter"};
  }
  if (!rpc.display.empty() || rpc.sort) {
    throw CLI::ValidationError{"--display and --sort go with replies of single nodes: count shows none"};
  }
  if (rpc.detach) {
    throw CLI::ValidationError{"--detach goes with one action of the nodes: count is none"};
  }
}

int run(const FleetArguments& fleet, const RpcArguments& rpc)
{
  if (rpc.agent == "puppet" && rpc.action == "count") {
    return run_puppet_count(fleet);
  }
  return run_rpc(fleet, rpc);
}

void add(CommandTree& tree, const Application& application)
{
  auto* command = tree.app.add_subcommand(application.agent, application.help);
  const auto rpc = std::make_shared<RpcArguments>();
  const auto words = std::make_shared<Words>();
  add_common(*command, tree.fleet);
  tell_timeout_of_agent(*command);
  add_selection(*command, rpc->selection);
  command->add_option("WORD", *words, application.words)->type_name("");
  add_display(*command, *rpc);
  add_detach(*command, *rpc);
  add_keep_running(*command, *rpc);
  command->add_flag("-y,--yes", rpc->yes, "change every node without being asked");
  command->footer(application.examples);
  command->callback([&fleet = tree.fleet, &chosen = tree.chosen, application, rpc, words] {
    rpc->agent = application.agent;
    rpc->about = application.about;
    application.read(*words, *rpc);
    refuse_what_loops_ignore(*rpc);
    chosen = [&fleet, rpc] { return run(fleet, *rpc); };
  });
}

}  // namespace

void add_agent_commands(CommandTree& tree)
{
  add(tree,
      {"package",
       "Status of a package; install, update, remove it",
       "its name and an action, in either order; a version",
       "packages",
       package_examples,
       read_package});
  add(tree,
      {"service",
       "Status of a service; start, stop, restart it",
       "its name and an action, in either order",
       "services",
       service_examples,
       read_service});
  add(tree,
      {"puppet",
       "What Puppet does; enable, disable, run it",
       "an action, and what it takes",
       "Puppet",
       puppet_examples,
       read_puppet});
}

}  // namespace muster::cli
