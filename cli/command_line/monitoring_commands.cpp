// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/fleet_commands.hpp"

namespace muster::cli {

namespace {

constexpr const char* nrpe_examples =
    "\nExamples:\n"
    "  mco nrpe check_disks\n"
    "  mco nrpe check_load,check_users -F os.family=Debian\n"
    "  mco nrpe --all -I web1.example.net -v\n"
    "  mco nrpe check_disk 10% /home          if nrpe.cfg says dont_blame_nrpe=1\n"
    "  mco nrpe check_disk -- -w 10%          arguments that begin with - stand behind --\n"
    "\n"
    "Exit status: the worst state, 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; a node that refused or did not "
    "answer "
    "counts as UNKNOWN, one that is gone only if it was named, or with --strict. Nobody meant is UNKNOWN.\n";

constexpr const char* ping_examples =
    "\nExamples:\n"
    "  mco ping                               everybody, the fastest first, and who is missing\n"
    "  mco ping -C web --strict               exit status 2 if a web server is gone\n"
    "\n"
    "Exit status: 0 all answered, 1 nobody matched, 2 some did not answer, 3 nobody answered.\n";

constexpr const char* find_examples =
    "\nExamples:\n"
    "  mco find -F os.family=Debian -C web\n"
    "  mco find -C web | mco nrpe check_load --nodes -\n"
    "\n"
    "Exit status: 0 some were found, 1 nobody matched, 2 names may be missing, 3 nobody answered.\n";

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

void add_nrpe(CommandTree& tree)
{
  auto& app = tree.app;
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
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

void add_ping_and_find(CommandTree& tree)
{
  auto& app = tree.app;
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  auto* ping = app.add_subcommand("ping", "Who is there, how fast, and who is not");
  add_common(*ping, fleet);
  ping->footer(ping_examples);
  ping->callback([&] { chosen = [&fleet] { return run_ping(fleet); }; });
  auto* find = app.add_subcommand("find", "Names of the nodes that match");
  add_common(*find, fleet);
  find->footer(find_examples);
  find->callback([&] { chosen = [&fleet] { return run_find(fleet); }; });
}

}  // namespace

void add_monitoring_commands(CommandTree& tree)
{
  add_nrpe(tree);
  add_ping_and_find(tree);
}

}  // namespace muster::cli
