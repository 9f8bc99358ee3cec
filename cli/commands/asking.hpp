// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "cli/fleet_arguments.hpp"
#include "cli/output/exit_status.hpp"
#include "cli/output/json_report.hpp"
#include "libmuster/fleet/fleet_report.hpp"

// What every command that asks the fleet does in the same way. An `int` in place of a value is the exit
// status of a command that has failed and said why.
namespace muster::cli {

struct Prepared {
  client::ClientSettings settings;
  Addressed addressed;
  Strictness strictness;
};

// Reads the configuration and checks the filters.
tl::expected<Prepared, int> prepare(const FleetArguments& arguments);

// Asks and waits, with a progress bar on a terminal.
// `on_answer` is told of each node's final answer as it comes, with the bar out of the way; what it prints
// stands.
using OnAnswer = std::function<void(const protocol::Answer&)>;
tl::expected<fleet::FleetReport, int> ask(
    const FleetArguments& arguments, const Prepared& prepared, const OnAnswer& on_answer = {});

// True if presence tells in full who is meant: names, agents and collectives. Then nobody needs to be asked.
bool presence_decides(const fleet::Question& question);

// What befell the run comes before `status`, which is what the fleet said.
int final_status(const fleet::FleetReport& report, int status);

JsonContext json_context(const FleetArguments& arguments, const fleet::FleetReport& report, int status);

// The common end: prints `text`, unless it is to be quiet and all is well, and returns the final status.
int print_and_exit(
    const FleetArguments& arguments, const fleet::FleetReport& report, int status, const std::string& text);

// Says what is wrong, to people on standard error and with --json to programs on standard output. Returns
// `exit_status`.
int fail(const FleetArguments& arguments, const std::vector<Error>& errors, int exit_status);

}  // namespace muster::cli
