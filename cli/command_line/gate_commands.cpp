// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/gate.hpp"
#include "cli/gate/duration.hpp"

namespace muster::cli {

namespace {

constexpr const char* gate_examples =
    "\nExamples:\n"
    "  mco gate check_http -C web_server                          once: 0 pass, 2 fail, 3 inconclusive\n"
    "  mco gate check_http -I web1 --tries 10 --sleep 10s         until it is well, ten times at most\n"
    "  mco gate --all --healthy-for 1m --timeout 10m              well for a whole minute\n"
    "  mco gate save before.json --all && upgrade && mco gate compare before.json\n"
    "\n"
    "Exit status: 0 pass, 2 fail, 3 inconclusive: a node did not answer, a check is not there any more; "
    "missing "
    "data is never a pass.\n";

constexpr const char* save_examples =
    "\nExamples:\n"
    "  mco gate save before.json --all                            every check of every node\n"
    "  mco gate save before.json check_http,check_load -C web     two checks of the web servers\n"
    "  mco gate save before.json --all -C web --force             over an older file\n"
    "\n"
    "Problems are remembered and are no failure. Exit status: 0 saved, 3 inconclusive: not all that should "
    "have "
    "answered is in the file, or nothing was there to be saved.\n";

constexpr const char* compare_examples =
    "\nExamples:\n"
    "  mco gate compare before.json                               new problems fail, old ones do not\n"
    "  mco gate compare before.json --tries 10 --sleep 10s        give the change time to settle\n"
    "  mco gate compare before.json -I web1 --junit gate.xml      one node of it, for a pipeline\n"
    "\n"
    "Exit status: 0 pass, 2 fail: something got worse, 3 inconclusive: something that was there did not "
    "answer or is "
    "not there any more.\n";

constexpr std::size_t most_checks = 256;  // as a node takes them in one request
constexpr int most_tries = 100'000;

template <typename T>
T valid(Expected<T> value)
{
  if (!value) {
    throw CLI::ValidationError{value.error().message};
  }
  return std::move(*value);
}

// "check_a,check_b check_c", each once.
void read_checks(const std::vector<std::string>& words, GateArguments& gate)
{
  for (const auto& word : words) {
    for (auto& name : CLI::detail::split(word, ',')) {
      if (name.empty()) {
        throw CLI::ValidationError{"'" + word + "': expected names of checks with one comma between two"};
      }
      if (std::find(gate.checks.begin(), gate.checks.end(), name) == gate.checks.end()) {
        gate.checks.push_back(std::move(name));
      }
    }
  }
  if (gate.all != gate.checks.empty()) {
    throw CLI::ValidationError{
        gate.all ? "--all is every check: name none, or leave it out" : "name a check, several, or --all"};
  }
  if (gate.checks.size() > most_checks) {
    throw CLI::ValidationError{"more than 256 checks: that is more than a node runs at once; use --all"};
  }
}

void add_checks(CLI::App& command, std::vector<std::string>& words, GateArguments& gate)
{
  command.add_option("CHECK", words, "checks of the nodes' nrpe.cfg, as words or with commas")->type_name("");
  command.add_flag("--all", gate.all, "every check that a node has");
}

template <typename Target>
void add_duration(CLI::App& command, const char* name, Target& target, const char* help)
{
  command
      .add_option_function<std::string>(
          name, [&target](const std::string& text) { target = valid(gate::parse_duration(text)); }, help)
      ->type_name("DURATION");
}

// Everywhere else --timeout is -t, how long the nodes may work; a gate has a time for itself, too.
void free_the_word_timeout(CLI::App& command, FleetArguments& fleet)
{
  command.remove_option(command.get_option("--timeout"));
  command
      .add_option(
          "-t",
          fleet.timeout_s,
          "how long the nodes may work in one try (default: `wait` of client.yaml, else 10)")
      ->type_name("SECONDS");
}

void add_patience(CLI::App& command, FleetArguments& fleet, GateArguments& gate)
{
  free_the_word_timeout(command, fleet);
  command
      .add_option(
          "--tries",
          gate.tries,
          "give up after so many tries that are not healthy (default 1; no limit with --timeout or "
          "--healthy-for)")
      ->type_name("N")
      ->check(CLI::Range(1, most_tries).description(""));
  add_duration(command, "--sleep", gate.sleep, "between two tries (default 10s)");
  add_duration(
      command,
      "--healthy-for",
      gate.healthy_for,
      "pass only when all tries in a row over this time are healthy: 30s, 2m");
  add_duration(command, "--timeout", gate.timeout, "of everything; every try ends before it");
  command
      .add_option_function<std::string>(
          "--max-problems",
          [&gate](const std::string& text) {
            gate.tolerance = valid(parse_max_problems(text, gate.tolerance));
          },
          "so many problems pass (default 0), or N% of the results that should come")
      ->type_name("N|N%");
  command.add_flag("--accept-warning", gate.tolerance.accept_warning, "WARNING is no problem");
  command.add_option("--junit", gate.junit, "write JUnit XML, too; - : to standard output in place of text")
      ->type_name("FILE");
}

void add_file(CLI::App& command, GateArguments& gate, const char* help)
{
  command.add_option("FILE", gate.file, help)->type_name("")->required();
}

void add_save(CLI::App& parent, CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  const auto gate = std::make_shared<GateArguments>();
  const auto words = std::make_shared<std::vector<std::string>>();
  auto* command = parent.add_subcommand("save", "Remember how the checks are, before a change");
  add_common(*command, fleet);
  add_file(*command, *gate, "to write");
  add_checks(*command, *words, *gate);
  command->add_flag("--force", gate->force, "write over a file that exists");
  command->footer(save_examples);
  command->callback([&fleet, &chosen, gate, words] {
    read_checks(*words, *gate);
    chosen = [&fleet, gate] { return run_gate_save(fleet, *gate); };
  });
}

void add_compare(CLI::App& parent, CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  const auto gate = std::make_shared<GateArguments>();
  auto* command = parent.add_subcommand("compare", "Ask again after the change; new problems fail");
  add_common(*command, fleet);
  add_file(*command, *gate, "that mco gate save has written; -I and -n narrow it");
  add_patience(*command, fleet, *gate);
  command->footer(compare_examples);
  command->callback(
      [&fleet, &chosen, gate] { chosen = [&fleet, gate] { return run_gate_compare(fleet, *gate); }; });
}

}  // namespace

void add_gate_commands(CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  const auto gate = std::make_shared<GateArguments>();
  const auto words = std::make_shared<std::vector<std::string>>();
  auto* command = tree.app.add_subcommand("gate", "Pass, fail or inconclusive: may a change go on?");
  add_common(*command, fleet);
  add_checks(*command, *words, *gate);
  add_patience(*command, fleet, *gate);
  add_save(*command, tree);
  add_compare(*command, tree);
  command->require_subcommand(0, 1);
  command->footer(gate_examples);
  command->callback([command, &fleet, &chosen, gate, words] {
    if (!command->get_subcommands().empty()) {
      return;  // save and compare have options of their own
    }
    read_checks(*words, *gate);
    chosen = [&fleet, gate] { return run_gate(fleet, *gate); };
  });
}

}  // namespace muster::cli
