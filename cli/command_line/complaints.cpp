// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line/command_tree.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::cli {

namespace {

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

// Some commands, as `mco gate`, do something of their own besides having commands below them.
bool needs_command(const CLI::App& command)
{
  return command.get_require_subcommand_min() > 0;
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
  const auto left = command.remaining();
  if (needs_command(command) && !left.empty()) {
    return no_such_command(command, left.front());
  }
  std::string text = error.what();
  if (command.get_name() == "nrpe" && !left.empty() && left.front().starts_with('-')) {
    text += " (a plugin's arguments that begin with - stand behind --)";
  }
  return text;
}

}  // namespace

int complain_about(const CLI::App& app, const CLI::ParseError& error)
{
  const auto& command = innermost(app);
  const auto name = full_name(command);
  if (needs_command(command) && command.remaining().empty()) {
    complain(command.help(command.get_parent() == nullptr ? "" : full_name(*command.get_parent())));
    return exit_usage;
  }
  complain(name + ": " + printable(explanation(command, error), true) + "\nTry: " + name + " --help\n");
  return exit_usage;
}

}  // namespace muster::cli
