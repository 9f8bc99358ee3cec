// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/confirmation.hpp"

#include <iostream>
#include <unistd.h>

#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/node_selection.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::cli {

namespace {

// 100% is everybody.
bool narrows(const std::string& limit)
{
  constexpr std::size_t everybody = 100;
  const auto share = parse_share("--limit", limit);
  return share && !(share->percent && share->number >= everybody);
}

}  // namespace

bool is_unfiltered(const fleet::Question& question, const SelectionArguments& selection)
{
  const auto& filter = question.filter;
  return question.nodes.empty() && filter.facts.empty() && filter.classes.empty() && filter.agents.empty() &&
         filter.identities.empty() && filter.compound.empty() && !narrows(selection.limit) && !selection.one;
}

int confirm(const FleetArguments& arguments, const std::string& about)
{
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) {
    const Error error{
        ErrorCode::invalid_input,
        "this changes " + about +
            " on every node, and there is no terminal to ask on: give a filter, or -y if it is meant"};
    return fail(arguments, {error}, exit_usage);
  }
  complain("Do you really want to operate on " + about + " unfiltered? (y/n): ");
  std::string answer;
  std::getline(std::cin, answer);
  return same_ignoring_case(answer, "y") || same_ignoring_case(answer, "yes") ? 0 : 1;
}

}  // namespace muster::cli
