// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/doctor.hpp"

namespace muster::cli {

namespace {

constexpr const char* doctor_examples =
    "\nExamples:\n"
    "  mco doctor                     is everything there that asking the fleet needs?\n"
    "  mco doctor web1.example.net    why does this node not answer?\n"
    "\n"
    "Nothing of what is tried stays at the broker. Exit status: 0 all well (warnings included), 2 problems, "
    "69 no\n"
    "broker, 77 no key, 78 configuration.\n";

}  // namespace

void add_doctor_commands(CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  auto* command = tree.app.add_subcommand("doctor", "Try what asking the fleet needs; explain a silent node");
  const auto nodes = std::make_shared<std::vector<std::string>>();
  add_config(*command, fleet);
  command->add_option("NODE", *nodes, "nodes to explain")->type_name("");
  command->add_option("-T,--target", fleet.collective, "the collective to ask")->type_name("COLLECTIVE");
  command->add_option("-t,--timeout", fleet.timeout_s, "how long the nodes may take to answer (default 3)")
      ->type_name("SECONDS");
  command->add_flag("-q,--quiet", fleet.quiet, "print nothing when all is well, else only what is not");
  command->add_flag("-j,--json", fleet.json, "one JSON object instead of text");
  command->footer(doctor_examples);
  command->callback([&fleet, &chosen, nodes] {
    chosen = [&fleet, nodes] { return nodes->empty() ? run_doctor(fleet) : run_doctor_on(fleet, *nodes); };
  });
}

}  // namespace muster::cli
