// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/application_commands.hpp"

#include <memory>

#include "cli/command_line/command_tree.hpp"

namespace muster::cli {

namespace {

constexpr const char* facts_examples =
    "\nExamples:\n"
    "  mco facts os.family                    its values, the most frequent first\n"
    "  mco facts kernelrelease -C web -v      with the nodes that have each\n"
    "\n"
    "Exit status: 0 all answered, 1 nobody matched or no node has the fact, 2 some failed, 3 nobody "
    "answered.\n";

constexpr const char* inventory_examples =
    "\nExamples:\n"
    "  mco inventory web1.example.net\n"
    "  mco inventory --columns name,os.family,memorysize,version -C web\n"
    "  mco inventory --columns name,serialnumber --csv > fleet.csv\n"
    "  mco inventory --list-collectives\n"
    "\n"
    "A column is name, version, agents, collectives, classes, or a fact.\n"
    "Exit status: 0 all answered, 1 nobody matched, 2 some failed, 3 nobody answered.\n";

void add_facts(CommandTree& tree)
{
  auto* command = tree.app.add_subcommand("facts", "The values of a fact over the fleet");
  const auto fact = std::make_shared<std::string>();
  add_common(*command, tree.fleet);
  command->add_option("FACT", *fact, "its name, or a path such as os.family")->required()->type_name("");
  command->footer(facts_examples);
  command->callback([&fleet = tree.fleet, &chosen = tree.chosen, fact] {
    chosen = [&fleet, fact] { return run_facts(fleet, *fact); };
  });
}

struct InventoryArguments {
  std::string node;
  std::string columns;
  bool collectives = false;
  bool csv = false;
};

void check_inventory(const InventoryArguments& inventory)
{
  const int kinds = (inventory.node.empty() ? 0 : 1) + (inventory.columns.empty() ? 0 : 1) +
                    (inventory.collectives ? 1 : 0);
  if (kinds != 1) {
    throw CLI::ValidationError{"expected one of: the name of a node, --columns, --list-collectives"};
  }
  if (inventory.csv && inventory.columns.empty()) {
    throw CLI::ValidationError{"--csv goes with --columns"};
  }
}

int run(const FleetArguments& fleet, const InventoryArguments& inventory)
{
  if (inventory.collectives) {
    return run_collectives(fleet);
  }
  return inventory.columns.empty() ? run_inventory(fleet, inventory.node)
                                   : run_fleet_table(fleet, inventory.columns, inventory.csv);
}

void add_inventory(CommandTree& tree)
{
  auto* command = tree.app.add_subcommand("inventory", "What a node is, or a table over the fleet");
  const auto inventory = std::make_shared<InventoryArguments>();
  add_common(*command, tree.fleet);
  command->add_option("NODE", inventory->node, "the name of a node")->type_name("");
  command->add_option("--columns", inventory->columns, "a line for each node, with these columns")
      ->type_name("COLUMN,…");
  command->add_flag("--csv", inventory->csv, "the table with commas");
  command->add_flag(
      "--list-collectives,--lc", inventory->collectives, "the collectives, and how many nodes are in each");
  command->footer(inventory_examples);
  command->callback([&fleet = tree.fleet, &chosen = tree.chosen, inventory] {
    check_inventory(*inventory);
    chosen = [&fleet, inventory] { return run(fleet, *inventory); };
  });
}

}  // namespace

void add_application_commands(CommandTree& tree)
{
  add_facts(tree);
  add_inventory(tree);
}

}  // namespace muster::cli
