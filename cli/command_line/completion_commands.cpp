// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <sstream>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/completion.hpp"
#include "cli/output/completion_scripts.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

constexpr const char* completion_examples =
    "\nExamples:\n"
    "  source <(mco completion bash)          in ~/.bashrc\n"
    "  source <(mco completion zsh)           in ~/.zshrc, behind compinit\n"
    "\n"
    "Commands, options, agents, actions and inputs are completed. Agents, actions and inputs are those of "
    "the\n"
    "fleet, kept for ten minutes; pressing Tab takes a second at the most. Exit status: 0 always but for "
    "wrong "
    "usage.\n";

struct CompletionArguments {
  std::string shell;
  bool applications = false;
  bool options = false;
  std::string application;  // "rpc", "plugin doc"
  CompletionQuestion question;
};

std::vector<const CLI::App*> commands_of(const CLI::App& command)
{
  return command.get_subcommands([](const CLI::App*) { return true; });
}

// Null if there is no such command.
const CLI::App* find_command(const CLI::App& app, const std::string& words)
{
  const CLI::App* found = &app;
  std::istringstream stream{words};
  for (std::string word; found != nullptr && stream >> word;) {
    const auto commands = commands_of(*found);
    const auto named = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* command) {
      return command->get_name() == word;
    });
    found = named == commands.end() ? nullptr : *named;
  }
  return found;
}

std::string commands_below(const CLI::App& app, const std::string& words)
{
  std::string text;
  if (const auto* found = find_command(app, words)) {
    for (const auto* command : commands_of(*found)) {
      text += command->get_name() + "\n";
    }
    text += words.empty() ? "help\n" : "";
  }
  return text;
}

// One to a line, those that take a value with = behind them.
std::string options_of(const CLI::App& app, const std::string& words)
{
  std::string text;
  if (const auto* found = find_command(app, words)) {
    for (const auto* option : found->get_options()) {
      const std::string value = option->get_items_expected_max() == 0 ? "\n" : "=\n";
      for (const auto& name : option->get_snames()) {
        text.append("-").append(name).append(value);
      }
      for (const auto& name : option->get_lnames()) {
        text.append("--").append(name).append(value);
      }
    }
  }
  return text;
}

void check(const CompletionArguments& arguments)
{
  const auto& question = arguments.question;
  const int kinds = (arguments.shell.empty() ? 0 : 1) + (arguments.applications ? 1 : 0) +
                    (arguments.options ? 1 : 0) + (question.agents ? 1 : 0) + (question.actions ? 1 : 0) +
                    (question.inputs ? 1 : 0);
  if (kinds != 1) {
    throw CLI::ValidationError{"expected bash or zsh"};
  }
}

int run(const CLI::App& app, const FleetArguments& fleet, const CompletionArguments& arguments)
{
  if (arguments.applications) {
    print(commands_below(app, arguments.application));
  } else if (arguments.options) {
    print(options_of(app, arguments.application));
  } else if (arguments.shell.empty()) {
    return run_completion(fleet, arguments.question);
  } else {
    print(std::string{arguments.shell == "bash" ? bash_completion() : zsh_completion()});
  }
  return 0;
}

void add_lists(CLI::App& command, CompletionArguments& arguments)
{
  const std::string group = "What the scripts ask for";
  auto& question = arguments.question;
  const auto flag = [&](const char* name, bool& target, const char* help) {
    command.add_flag(name, target, help)->group(group);
  };
  const auto word = [&](const char* name, std::string& target, const char* type) {
    command.add_option(name, target, "")->type_name(type)->group(group);
  };
  flag("--list-applications", arguments.applications, "the commands of mco, or of one that has some");
  flag("--list-options", arguments.options, "the options of a command");
  flag("--list-agents", question.agents, "the agents of the fleet");
  flag("--list-actions", question.actions, "the actions of an agent");
  flag("--list-inputs", question.inputs, "the inputs of an action");
  word("--application", arguments.application, "COMMAND");
  word("--agent", question.agent, "AGENT");
  word("--action", question.action, "ACTION");
}

}  // namespace

void add_completion_commands(CommandTree& tree)
{
  auto* command = tree.app.add_subcommand("completion", "Completion for bash and zsh");
  const auto arguments = std::make_shared<CompletionArguments>();
  add_config(*command, tree.fleet);
  command->add_option("SHELL", arguments->shell, "bash or zsh")
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh"}).description(""));
  add_lists(*command, *arguments);
  command->footer(completion_examples);
  command->callback([&app = tree.app, &fleet = tree.fleet, &chosen = tree.chosen, arguments] {
    check(*arguments);
    chosen = [&app, &fleet, arguments] { return run(app, fleet, *arguments); };
  });
}

}  // namespace muster::cli
