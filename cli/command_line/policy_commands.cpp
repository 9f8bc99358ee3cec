// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/policy.hpp"

namespace muster::cli {

namespace {

constexpr const char* policy_examples =
    "\nExamples:\n"
    "  mco policy check /etc/muster/policies.d\n"
    "  mco policy test --caller bob@ops1 --agent package --action update --fact environment=staging\n"
    "\n"
    "Both read files and ask no node. Exit status: 0 all well or allowed, 2 denied, 64 usage, 78 broken "
    "policies.\n";

constexpr const char* test_examples =
    "\nExamples:\n"
    "  mco policy test --caller bob@ops1 --agent package --action update\n"
    "  mco policy test --caller bob@ops1 --agent service --action restart --class web\n"
    "  mco policy test --policies ./policies.d --caller ci@build --agent puppet --action status --reads\n"
    "\n"
    "Exit status: 0 allowed, 2 denied, 64 usage, 78 broken policies.\n";

constexpr const char* check_examples =
    "\nExamples:\n"
    "  mco policy check                       those of this machine\n"
    "  mco policy check ./policies.d          a folder, before it goes out to the nodes\n"
    "  mco policy check package.policy        one file\n"
    "\n"
    "Exit status: 0 all well, 64 usage, 78 broken policies.\n";

// One value for each time that the option is given.
void add_list(
    CLI::App& command, const char* name, std::vector<std::string>& target, const char* help, const char* type)
{
  command.add_option(name, target, help)->type_name(type)->expected(1)->take_all()->allow_extra_args(false);
}

void add_test(CLI::App& policy, CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto* test =
      policy.add_subcommand("test", "Explain whether a node with these policies would allow an action");
  const auto options = std::make_shared<PolicyTestOptions>();
  test->add_option(
          "--policies", options->policies, "the folder of the policies (default /etc/muster/policies.d)")
      ->type_name("DIR");
  test->add_option("--caller", options->caller, "who asks: alice@ops1")->type_name("CALLER")->required();
  test->add_option("--agent", options->agent, "of which agent")->type_name("AGENT")->required();
  test->add_option("--action", options->action, "for which action")->type_name("ACTION")->required();
  add_list(*test, "--fact", options->facts, "a fact of the node: environment=production", "NAME=VALUE");
  test->add_option("--facts", options->facts_file, "the node's facts as JSON: facter --json > FILE")
      ->type_name("FILE");
  add_list(*test, "--class", options->classes, "a class of the node", "CLASS");
  test->add_flag("--reads", options->reads, "the action changes nothing; matters where there is no policy");
  test->add_flag("-j,--json", fleet.json, "one JSON object instead of text");
  test->footer(test_examples);
  test->callback([&tree, &fleet, options] {
    tree.chosen = [&fleet, options] { return run_policy_test(fleet, *options); };
  });
}

void add_check(CLI::App& policy, CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto* check = policy.add_subcommand("check", "Tell everything that is wrong with policies");
  const auto path = std::make_shared<std::filesystem::path>(default_policies_folder);
  check->add_option("path", *path, "a folder of policies, or one file (default /etc/muster/policies.d)")
      ->type_name("");
  check->add_flag("-j,--json", fleet.json, "one JSON object instead of text");
  check->footer(check_examples);
  check->callback(
      [&tree, &fleet, path] { tree.chosen = [&fleet, path] { return run_policy_check(fleet, *path); }; });
}

}  // namespace

void add_policy_commands(CommandTree& tree)
{
  auto* policy = tree.app.add_subcommand("policy", "Who may do what on a node");
  policy->require_subcommand(1);
  add_test(*policy, tree);
  add_check(*policy, tree);
  policy->footer(policy_examples);
}

}  // namespace muster::cli
