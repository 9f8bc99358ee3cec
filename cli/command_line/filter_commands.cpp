// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line/command_tree.hpp"
#include "cli/commands/describe_filter.hpp"

namespace muster::cli {

namespace {

constexpr const char* examples =
    "\nExamples:\n"
    "  mco describe_filter -S \"(country=uk or country=de) and not /test/\"\n"
    "  mco describe_filter -F 'memorysize_mb>=2048' -C apache\n"
    "\n"
    "Nobody is asked. Exit status: 0 told, 64 there is something wrong with the filter.\n";

}  // namespace

void add_filter_commands(CommandTree& tree)
{
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  auto* command = tree.app.add_subcommand("describe_filter", "Tell in words which nodes a filter means");
  add_host_filters(*command, fleet);
  command->add_flag("-j,--json", fleet.json, "one JSON object instead of text");
  command->footer(examples);
  command->callback([&fleet, &chosen] { chosen = [&fleet] { return run_describe_filter(fleet); }; });
}

}  // namespace muster::cli
