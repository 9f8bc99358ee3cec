// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/application_commands.hpp"
#include "cli/commands/plugin_convert.hpp"
#include "cli/commands/plugin_generate.hpp"

namespace muster::cli {

namespace {

constexpr const char* doc_examples =
    "\nExamples:\n"
    "  mco plugin doc                         the agents of the fleet\n"
    "  mco plugin doc package                 its actions, what each takes and gives\n"
    "  mco plugin doc package --json          its DDL\n"
    "  mco plugin doc data/fstat              a data function of filters\n"
    "\n"
    "The nodes tell it; what they told is kept for ten minutes. Exit status: 0 told, 64 there is no such "
    "agent.\n";

constexpr const char* generate_examples =
    "\nExamples:\n"
    "  mco plugin generate agent haproxy --actions drain,enable --out agents\n"
    "  mco plugin generate agent haproxy --language python --json\n"
    "\n"
    "Exit status: 0 written, 64 usage or a file is there already.\n";

constexpr const char* plugin_examples =
    "\nExamples:\n"
    "  mco plugin doc package                             what an agent of the fleet can do\n"
    "  mco plugin generate agent haproxy --out agents     an agent of your own\n"
    "  mco plugin convert package.ddl                     a DDL of MCollective's\n"
    "\n"
    "Exit status: 0 done, 64 usage, or there is no such agent, or a file is there already.\n";

constexpr const char* convert_examples =
    "\nExamples:\n"
    "  mco plugin convert package.ddl                        its DDL in JSON, to look at\n"
    "  mco plugin convert package.ddl -o agents/package.json\n"
    "  mco plugin convert package.ddl -o agents/package.json --force --json\n"
    "\n"
    "The file is read, and never run: what would have to be evaluated is refused with its line and column. "
    "What\n"
    "is different here is told as a warning (docs/ddl.md). Exit status: 0 converted, 64 it is no DDL of an "
    "agent,\n"
    "or the file to write is there already, 77 it cannot be written.\n";

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

void add_generate(CommandTree& tree, CLI::App& plugin)
{
  auto* generate = plugin.add_subcommand("generate", "Write an agent that runs, to be filled in");
  generate->require_subcommand(1);
  auto* agent = generate->add_subcommand("agent", "A program and its DDL");
  const auto options = std::make_shared<GenerateOptions>();
  agent->add_option("name", options->name, "what the agent is called")->type_name("NAME")->required();
  agent->add_option("--language", options->language, "bash or python (default bash)")->type_name("LANGUAGE");
  agent->add_option("--actions", options->actions, "its actions, with commas (default status)")
      ->type_name("LIST");
  agent->add_option("--out", options->folder, "where to write them (default here)")->type_name("DIR");
  agent->add_flag("-j,--json", tree.fleet.json, "one JSON object instead of text");
  agent->footer(generate_examples);
  generate->footer(generate_examples);
  agent->callback([&fleet = tree.fleet, &chosen = tree.chosen, options] {
    chosen = [&fleet, options] { return run_plugin_generate(fleet, *options); };
  });
}

void add_convert(CommandTree& tree, CLI::App& plugin)
{
  auto* convert =
      plugin.add_subcommand("convert", "Make the JSON DDL of an agent from MCollective's DDL in Ruby");
  const auto options = std::make_shared<ConvertOptions>();
  convert->add_option("FILE", options->source, "the DDL in Ruby")->type_name("")->required();
  convert->add_option("-o,--out", options->out, "the file to write (default standard output)")
      ->type_name("FILE");
  convert->add_flag("--force", options->force, "also over a file that is there");
  convert->add_flag("-j,--json", tree.fleet.json, "one JSON object instead of text");
  convert->footer(convert_examples);
  convert->callback([&fleet = tree.fleet, &chosen = tree.chosen, options] {
    chosen = [&fleet, options] { return run_plugin_convert(fleet, *options); };
  });
}

}  // namespace

void add_plugin_commands(CommandTree& tree)
{
  auto* plugin = tree.app.add_subcommand("plugin", "Agents: what they can do, and agents of your own");
  plugin->require_subcommand(1);
  add_doc(tree, *plugin);
  add_generate(tree, *plugin);
  add_convert(tree, *plugin);
  plugin->footer(plugin_examples);
}

}  // namespace muster::cli
