// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/plugin_generate.hpp"

namespace muster::cli {

void add_plugin_commands(CommandTree& tree)
{
  auto* plugin = tree.app.add_subcommand("plugin", "Agents of your own");
  plugin->require_subcommand(1);
  auto* generate = plugin->add_subcommand("generate", "Write an agent that runs, to be filled in");
  generate->require_subcommand(1);
  auto* agent = generate->add_subcommand("agent", "A program and its DDL");
  const auto options = std::make_shared<GenerateOptions>();
  agent->add_option("name", options->name, "what the agent is called")->type_name("NAME")->required();
  agent->add_option("--language", options->language, "bash or python (default bash)")->type_name("LANGUAGE");
  agent->add_option("--actions", options->actions, "its actions, with commas (default status)")
      ->type_name("LIST");
  agent->add_option("--out", options->folder, "where to write them (default here)")->type_name("DIR");
  agent->footer("Exit status: 0 written, 64 usage or a file is there already.\n");
  agent->callback([&tree, options] {
    tree.chosen = [&fleet = tree.fleet, options] { return run_plugin_generate(fleet, *options); };
  });
}

}  // namespace muster::cli
