// SPDX-License-Identifier: Apache-2.0
//
// Reads the words, and runs the command that they name.
#include "cli/command_line/command_line.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "cli/command_line/command_tree.hpp"
#include "cli/command_line/environment_options.hpp"
#include "cli/command_line/help_formatter.hpp"
#include "cli/command_line/man_page.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr const char* examples =
    "\nExamples:\n"
    "  mco ping                               who is there, and who is not\n"
    "  mco nrpe check_disks                   the problems of one check, on the whole fleet\n"
    "  mco nrpe check_load -W /dev_server/ -v every node with that class\n"
    "  mco find -F kernel=linux               names of the nodes with that fact\n"
    "\n"
    "MUSTER_OPTIONS in the environment holds options for every command that has them: MUSTER_OPTIONS='--utc "
    "--np'.\n"
    "\n"
    "mco COMMAND --help tells more. Exit status: mco nrpe gives the worst state (0 OK, 1 WARNING, 2 "
    "CRITICAL,\n"
    "3 UNKNOWN), others 0 all well, 1 nobody matched, 2 some failed, 3 nobody answered.\n";

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
  app.formatter(std::make_shared<HelpFormatter>());
  CommandTree tree{app, fleet, chosen};
  add_monitoring_commands(tree);
  add_collector_commands(tree);
  add_gate_commands(tree);
  add_rpc_commands(tree);
  add_application_commands(tree);
  add_agent_commands(tree);
  add_job_commands(tree);
  add_plugin_commands(tree);
  add_completion_commands(tree);
  add_setup_commands(tree);
  add_doctor_commands(tree);
  add_policy_commands(tree);
  add_filter_commands(tree);
  app.footer(examples);  // last, because commands take over what is there when they are added
  if (const auto status = run_man(app, {argv + 1, argv + argc})) {
    return *status;
  }
  try {
    auto words = words_of(argc, argv);
    if (const auto options = client::process_environment()("MUSTER_OPTIONS")) {
      auto more = with_options_of_environment(app, std::move(words), *options);
      if (!more) {
        complain("mco: " + printable(more.error().message, true) + "\n");
        return exit_usage;
      }
      words = std::move(*more);
    }
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
