// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/application_commands.hpp"

namespace muster::cli {

namespace {

constexpr const char* doc_examples =
    "\nExamples:\n"
    "  mco plugin doc                         the agents of the fleet\n"
    "  mco plugin doc package                 its actions, what each takes and gives\n"
    "  mco plugin doc package --json          its DDL\n"
    "\n"
    "The nodes tell it; what they told is kept for ten minutes. Exit status: 0 told, 64 there is no such "
    "agent.\n";

void add_doc(CommandTree& tree, CLI::App& plugin)
{
  auto* command = plugin.add_subcommand("doc", "What agents can do");
  const auto agent = std::make_shared<std::string>();
  add_common(*command, tree.fleet);
  command->add_option("AGENT", *agent, "its name; without one, the list of all")->type_name("");
  command->footer(doc_examples);
  command->callback([&fleet = tree.fleet, &chosen = tree.chosen, agent] {
    chosen = [&fleet, agent] { return run_plugin_doc(fleet, *agent); };
  });
}

}  // namespace

void add_plugin_commands(CommandTree& tree)
{
  auto* plugin = tree.app.add_subcommand("plugin", "Agents: what they can do");
  plugin->require_subcommand(1);
  add_doc(tree, *plugin);
}

}  // namespace muster::cli
