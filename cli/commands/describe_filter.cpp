// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/describe_filter.hpp"

#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/filter_text.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

int run_describe_filter(const FleetArguments& arguments)
{
  const auto filter = filter_of(arguments);
  if (!filter) {
    return fail(arguments, {filter.error()}, exit_usage);
  }
  const auto lines = in_words(*filter);
  if (!lines) {
    return fail(arguments, {lines.error()}, exit_usage);
  }
  print(arguments.json ? filter_json(*filter, *lines) : filter_text(*filter, *lines));
  return 0;
}

}  // namespace muster::cli
