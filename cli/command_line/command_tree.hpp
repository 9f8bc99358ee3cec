// SPDX-License-Identifier: Apache-2.0
//
// What the files of this folder share; the only file that includes CLI11.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands/rpc.hpp"
#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// What the words on the command line have chosen to run; it returns the exit status.
using Chosen = std::function<int()>;

// The tree of commands while it grows. The arguments that all commands share are filled in when the words
// are parsed, and `chosen` is set by the callback of the command that was named.
struct CommandTree {
  CLI::App& app;
  FleetArguments& fleet;
  Chosen& chosen;
};

// One function for each family of commands, each in a file of its own.
void add_monitoring_commands(CommandTree& tree);
void add_collector_commands(CommandTree& tree);
void add_gate_commands(CommandTree& tree);
void add_rpc_commands(CommandTree& tree);
void add_application_commands(CommandTree& tree);
void add_agent_commands(CommandTree& tree);
void add_job_commands(CommandTree& tree);
void add_plugin_commands(CommandTree& tree);
void add_completion_commands(CommandTree& tree);
void add_setup_commands(CommandTree& tree);
void add_doctor_commands(CommandTree& tree);
void add_policy_commands(CommandTree& tree);
void add_filter_commands(CommandTree& tree);

// A check for options whose empty value would mean "no such option": an unset variable of a script must not
// ask the whole fleet. Returns what is wrong, or nothing.
std::string refuse_blank(const std::string& text);

// The option that every command takes, and those of every command that asks the fleet.
void add_config(CLI::App& command, FleetArguments& arguments);
void add_host_filters(CLI::App& command, FleetArguments& arguments);  // -F -C -I -A -W -S
void add_filters(CLI::App& command, FleetArguments& arguments);
void add_common(CLI::App& command, FleetArguments& arguments);

// Those of every command that can ask a part of the nodes, or batch after batch.
void add_selection(CLI::App& command, SelectionArguments& selection);
// -t of those that call an action: the agent's own timeout counts.
void tell_timeout_of_agent(CLI::App& command);
// --display and --sort.
void add_display(CLI::App& command, RpcArguments& rpc);
void add_detach(CLI::App& command, RpcArguments& rpc);
void add_keep_running(CLI::App& command, RpcArguments& rpc);

// Says what is wrong with the words that were typed, and returns the exit status.
int complain_about(const CLI::App& app, const CLI::ParseError& error);

}  // namespace muster::cli
