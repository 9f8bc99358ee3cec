// SPDX-License-Identifier: Apache-2.0
//
// The tree of commands and options; the only file that includes CLI11.
#include "cli/command_line.hpp"

#include <algorithm>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/commands/ca.hpp"
#include "cli/commands/fleet_commands.hpp"
#include "cli/commands/key.hpp"
#include "cli/commands/node_add.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::cli {

namespace {

using Chosen = std::function<int()>;

constexpr const char* examples =
    "\nExamples:\n"
    "  mco ping                               who is there, and who is not\n"
    "  mco nrpe check_disks                   the problems of one check, on the whole fleet\n"
    "  mco nrpe check_load -W /dev_server/ -v every node with that class\n"
    "  mco find -F kernel=linux               names of the nodes with that fact\n"
    "\n"
    "mco COMMAND --help tells more. Exit status: mco nrpe gives the worst state (0 OK, 1 WARNING, 2 "
    "CRITICAL,\n"
    "3 UNKNOWN), others 0 all well, 1 nobody matched, 2 some failed, 3 nobody answered; 64 usage, 69 "
    "broker,\n"
    "77 key or right, 78 configuration, 130 interrupted.\n";

constexpr const char* nrpe_examples =
    "\nExamples:\n"
    "  mco nrpe check_disks\n"
    "  mco nrpe check_load,check_users -F os.family=Debian\n"
    "  mco nrpe --all -I web1.example.net -v\n"
    "  mco nrpe check_disk 10% /home          if nrpe.cfg says dont_blame_nrpe=1\n"
    "  mco nrpe check_disk -- -w 10%          arguments that begin with - stand behind --\n";

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
  add("-F,--with-fact,--wf",
      arguments.facts,
      "nodes with this fact: kernel=linux, 'memorysize_mb>=2048', os.family=/deb/",
      "FACT");
  add("-C,--with-class,--wc", arguments.classes, "nodes with this class, or /regex/", "CLASS");
  add("-I,--with-identity,--wi",
      arguments.identities,
      "this node, or /regex/; may be given several times",
      "NAME");
  add("-A,--with-agent,--wa", arguments.agents, "nodes with this agent, or /regex/", "AGENT");
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
  command.add_flag("-j,--json", arguments.json, "one JSON object instead of text");
  command.add_flag("--utc", arguments.utc, "times in UTC");
  command.add_flag("--no-progress,--np", arguments.no_progress, "no progress bar");
}

// "check_load,check_users", each once.
std::vector<std::string> split_checks(const std::string& word)
{
  std::vector<std::string> checks;
  for (auto& name : CLI::detail::split(word, ',')) {
    if (name.empty()) {
      throw CLI::ValidationError{"'" + word + "': expected names of checks with one comma between two"};
    }
    if (std::find(checks.begin(), checks.end(), name) == checks.end()) {
      checks.push_back(std::move(name));
    }
  }
  return checks;
}

void read_words(const std::vector<std::string>& words, NrpeArguments& nrpe)
{
  if (!nrpe.all && (words.empty() || words.front().empty())) {
    throw CLI::ValidationError{"name a check, several with commas, or --all"};
  }
  if (words.empty()) {
    return;
  }
  if (nrpe.all) {
    throw CLI::ValidationError{"--all is every check: name none, or leave it out"};
  }
  nrpe.checks = split_checks(words.front());
  nrpe.arguments.assign(words.begin() + 1, words.end());
  if (std::find(nrpe.arguments.begin(), nrpe.arguments.end(), "") != nrpe.arguments.end()) {
    throw CLI::ValidationError{"an argument must not be empty: nrpe takes the next one in its place"};
  }
  if (nrpe.checks.size() > 1 && !nrpe.arguments.empty()) {
    throw CLI::ValidationError{"arguments go with one check only; several checks are one word, with commas"};
  }
}

void add_nrpe(CLI::App& app, FleetArguments& fleet, Chosen& chosen)
{
  auto* command = app.add_subcommand("nrpe", "Run NRPE checks on the fleet; show the problems");
  const auto nrpe = std::make_shared<NrpeArguments>();
  add_common(*command, fleet);
  const auto words = std::make_shared<std::vector<std::string>>();
  command
      ->add_option(
          "CHECK",
          *words,
          "a check of the nodes' nrpe.cfg, or several with commas; behind one, its arguments")
      ->type_name("");
  command->add_flag("--all", nrpe->all, "every check that a node has");
  constexpr int largest_group = 1'000'000;
  command
      ->add_option(
          "--group", nrpe->group, "from this many nodes on, tell the same trouble once; 0: never (default 3)")
      ->type_name("N")
      ->check(CLI::Range(0, largest_group).description(""));
  command->footer(nrpe_examples);
  command->callback([&fleet, &chosen, nrpe, words] {
    read_words(*words, *nrpe);
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
  add_common(*forget, fleet);
  forget->add_option("name", *names, "the nodes")->type_name("");
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

// The command whose words could not be read: the innermost one that was named.
const CLI::App& innermost(const CLI::App& app)
{
  const CLI::App* found = &app;
  while (!found->get_subcommands().empty()) {
    found = found->get_subcommands().back();
  }
  return *found;
}

std::string full_name(const CLI::App& command)
{
  const auto* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

std::vector<std::string> names_of_commands(const CLI::App& command)
{
  std::vector<std::string> names;
  for (const auto* one : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(one->get_name());
  }
  return names;
}

// Why `word` is not the name of a command, and what might have been meant.
std::string no_such_command(const CLI::App& command, const std::string& word)
{
  if (word.starts_with('-')) {
    return word + " stands behind the command: " + full_name(command) + " COMMAND " + word;
  }
  const auto known = names_of_commands(command);
  const auto meant = runtime::near_miss(word, known);
  std::string text = "there is no command '" + word + "'";
  if (!meant.empty()) {
    return text + "; did you mean " + meant + "?";
  }
  text += "; there are";
  for (const auto& name : known) {
    text += " " + name;
  }
  return text;
}

// What is wrong with the words, for who has typed them.
std::string explanation(const CLI::App& command, const CLI::ParseError& error)
{
  const bool lacks_command = !names_of_commands(command).empty();
  const auto left = command.remaining();
  if (lacks_command && !left.empty()) {
    return no_such_command(command, left.front());
  }
  std::string text = error.what();
  if (command.get_name() == "nrpe" && !left.empty() && left.front().starts_with('-')) {
    text += " (a plugin's arguments that begin with - stand behind --)";
  }
  return text;
}

int complain_about(const CLI::App& app, const CLI::ParseError& error)
{
  const auto& command = innermost(app);
  const auto name = full_name(command);
  if (!names_of_commands(command).empty() && command.remaining().empty()) {
    complain(command.help(command.get_parent() == nullptr ? "" : full_name(*command.get_parent())));
    return exit_usage;
  }
  complain(name + ": " + printable(explanation(command, error), true) + "\nTry: " + name + " --help\n");
  return exit_usage;
}

// "mco help nrpe" is "mco nrpe --help".
std::vector<std::string> words_of(int argc, char** argv)
{
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  return words;
}

}  // namespace

int run_command_line(int argc, char** argv)
{
  CLI::App app{"Ask the whole fleet, get the problems.", "mco"};
  FleetArguments fleet;
  Chosen chosen;
  app.set_version_flag("--version", "mco " MUSTER_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND [ARGUMENTS]");
  add_nrpe(app, fleet, chosen);
  add_ping_and_find(app, fleet, chosen);
  add_node(app, fleet, chosen);
  add_ca(app, chosen);
  add_key(app, chosen);
  app.footer(examples);  // last, because commands take over what is there when they are added
  try {
    auto words = words_of(argc, argv);
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return complain_about(app, error);
  }
  return chosen();
}

}  // namespace muster::cli
