// SPDX-License-Identifier: Apache-2.0
//
// The tree of commands and options; the only file that includes CLI11.
#include "cli/command_line.hpp"

#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/commands/ca.hpp"
#include "cli/commands/fleet_commands.hpp"
#include "cli/commands/key.hpp"
#include "cli/commands/node_add.hpp"
#include "cli/exit_code.hpp"

namespace muster::cli {

namespace {

using Chosen = std::function<int()>;

void add_config(CLI::App& command, FleetArguments& arguments)
{
  command.add_option("-c,--config", arguments.config, "client.yaml to use")->type_name("FILE");
}

void add_filters(CLI::App& command, FleetArguments& arguments)
{
  const std::string group = "Host filters";
  const auto add = [&](const char* names, auto& target, const char* help, const char* type) {
    command.add_option(names, target, help)
        ->type_name(type)
        ->group(group)
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
  };
  add("-F,--wf,--with-fact",
      arguments.facts,
      "nodes with this fact: kernel=linux, 'memorysize_mb>=2048', os.family=/deb/",
      "FACT");
  add("-C,--wc,--with-class", arguments.classes, "nodes with this class, or /regex/", "CLASS");
  add("-I,--wi,--with-identity",
      arguments.identities,
      "this node, or /regex/; may be given several times",
      "NAME");
  add("-A,--wa,--with-agent", arguments.agents, "nodes with this agent, or /regex/", "AGENT");
  add("-W,--with", arguments.combined, "classes and facts in one: '/dev_server/ location=uk'", "WORDS");
  command.add_option("-T,--target", arguments.collective, "the collective to ask")
      ->type_name("COLLECTIVE")
      ->group(group);
  command
      .add_option(
          "-n,--nodes",
          arguments.nodes_file,
          "ask the nodes named in this file, one to a line; - reads stdin")
      ->type_name("FILE")
      ->group(group);
}

void add_common(CLI::App& command, FleetArguments& arguments)
{
  add_config(command, arguments);
  add_filters(command, arguments);
  command.add_option("-t,--timeout", arguments.timeout_s, "how long the nodes may work (default 10)")
      ->type_name("SECONDS");
  command.add_flag("--strict", arguments.strict, "nodes that are gone make the exit status bad, too");
  command.add_flag("-q,--quiet", arguments.quiet, "print nothing when all is well (exit status 0)");
  command.add_flag("-v,--verbose", arguments.verbose, "every node, and statistics");
  command.add_flag("-j,--json", arguments.json, "JSON, as docs/json describes it");
  command.add_flag("--utc", arguments.utc, "times in UTC");
  command.add_flag("--np,--no-progress", arguments.no_progress, "no progress bar");
}

void add_nrpe(CLI::App& app, FleetArguments& fleet, Chosen& chosen)
{
  auto* command = app.add_subcommand("nrpe", "Run NRPE checks on the fleet; show the problems");
  const auto nrpe = std::make_shared<NrpeArguments>();
  add_common(*command, fleet);
  const auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("check", *words, "CHECK[,CHECK...] and, for a single check, its arguments")
      ->type_name("CHECK [ARG...]");
  command->add_flag("--all", nrpe->all, "every check that a node has");
  command
      ->add_option(
          "--group", nrpe->group, "from this many nodes on, tell the same trouble once; 0: never (default 3)")
      ->type_name("N");
  command->callback([&fleet, &chosen, nrpe, words] {
    if (!words->empty()) {
      nrpe->checks = CLI::detail::split(words->front(), ',');
      nrpe->arguments.assign(words->begin() + 1, words->end());
    }
    const bool empty_name = std::find(nrpe->checks.begin(), nrpe->checks.end(), "") != nrpe->checks.end();
    if (nrpe->all != nrpe->checks.empty() || empty_name) {
      throw CLI::ValidationError{"nrpe", "name a check, or several with commas, or use --all"};
    }
    if (nrpe->checks.size() > 1 && !nrpe->arguments.empty()) {
      throw CLI::ValidationError{"nrpe", "arguments go with one check only"};
    }
    chosen = [&fleet, nrpe] { return run_nrpe(fleet, *nrpe); };
  });
}

void add_ping_and_find(CLI::App& app, FleetArguments& fleet, Chosen& chosen)
{
  auto* ping = app.add_subcommand("ping", "Who is there, how fast, and who is not");
  add_common(*ping, fleet);
  ping->callback([&] { chosen = [&fleet] { return run_ping(fleet); }; });
  auto* find = app.add_subcommand("find", "Names of the nodes that match");
  add_common(*find, fleet);
  find->callback([&] { chosen = [&fleet] { return run_find(fleet); }; });
}

void add_node(CLI::App& app, FleetArguments& fleet, Chosen& chosen)
{
  auto* node = app.add_subcommand("node", "Bring nodes into the fleet and out of it");
  node->require_subcommand(1);
  auto* forget = node->add_subcommand("forget", "Clear the presence of nodes that will not come back");
  const auto names = std::make_shared<std::vector<std::string>>();
  const auto force = std::make_shared<bool>(false);
  add_config(*forget, fleet);
  forget->add_option("name", *names, "the nodes")->required();
  forget->add_flag("--force", *force, "also nodes that are up");
  forget->callback([&fleet, &chosen, names, force] {
    chosen = [&fleet, names, force] { return run_forget(fleet, *names, *force); };
  });
  auto* add = node->add_subcommand("add", "Make the certificate and the configuration of a new node");
  const auto options = std::make_shared<NodeAddOptions>();
  add->add_option("name", options->name, "the node's name, as in its certificate")->required();
  add->add_option("--ca-dir,--dir", options->ca_dir, "the folder of `mco ca init`")->type_name("DIR");
  add->add_option("--out", options->out, "where to write the node's files")->type_name("DIR");
  add->add_option("--ssh", options->ssh, "install them on this host through ssh")->type_name("HOST");
  add->callback([&chosen, options] {
    chosen = [options] { return node_add(*options, process_environment(), std::cout, std::cerr); };
  });
}

void add_ca(CLI::App& app, Chosen& chosen)
{
  auto* ca = app.add_subcommand("ca", "The fleet's certificate authority");
  ca->require_subcommand(1);
  auto* init = ca->add_subcommand(
      "init", "Make a certificate authority, and the broker's certificate and configuration");
  const auto options = std::make_shared<CaInitOptions>();
  init->add_option("--dir", options->dir, "the folder to make")->type_name("DIR");
  init->add_option("--broker", options->brokers, "host names and addresses of the broker")->type_name("HOST");
  init->add_option("--port", options->port, "the broker's port (default 8883)");
  init->add_option("--listen", options->listen_address, "the address that it listens on (default all)");
  init->add_option("--operator", options->operators, "callers that get rights at the broker at once")
      ->type_name("NAME");
  init->callback([&chosen, options] {
    chosen = [options] { return ca_init(*options, process_environment(), std::cout, std::cerr); };
  });
}

void add_key(CLI::App& app, Chosen& chosen)
{
  auto* key = app.add_subcommand("key", "The key that signs your requests");
  key->require_subcommand(1);
  auto* generate =
      key->add_subcommand("generate", "Make a key, and with an authority at hand the certificate too");
  const auto options = std::make_shared<KeyGenerateOptions>();
  const auto no_forget = std::make_shared<bool>(false);
  generate->add_option("name", options->name, "the caller (default USER@HOST)");
  generate->add_option("--dir", options->dir, "the folder of the configuration (default ~/.config/muster)")
      ->type_name("DIR");
  generate->add_option("--ca-dir", options->ca_dir, "the folder of `mco ca init`")->type_name("DIR");
  generate->add_flag("--no-forget", *no_forget, "without the right to `mco node forget`");
  generate->callback([&chosen, options, no_forget] {
    options->may_forget = !*no_forget;
    chosen = [options] { return key_generate(*options, process_environment(), std::cout, std::cerr); };
  });
}

}  // namespace

int run_command_line(int argc, char** argv)
{
  CLI::App app{"mco: ask the whole fleet, get the problems"};
  FleetArguments fleet;
  Chosen chosen;
  app.set_version_flag("--version", MUSTER_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  add_nrpe(app, fleet, chosen);
  add_ping_and_find(app, fleet, chosen);
  add_node(app, fleet, chosen);
  add_ca(app, chosen);
  add_key(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  return chosen();
}

}  // namespace muster::cli
