// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands/ask_collector.hpp"
#include "cli/commands/collector.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/json_values.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace json = protocol::json;

int run_forget_check(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const std::vector<std::string>& nodes,
    const std::string& check)
{
  auto names = nodes;
  names.insert(names.end(), arguments.identities.begin(), arguments.identities.end());
  if (names.empty() || std::any_of(names.begin(), names.end(), is_pattern)) {
    const Error error{
        ErrorCode::invalid_input, "--check takes the names of nodes: mco node forget web1 --check " + check};
    return fail(arguments, {error}, exit_usage);
  }
  FleetArguments asked = arguments;
  asked.identities.clear();
  const json::object data{{"nodes", json::array(names.begin(), names.end())}, {"check", check}};
  const auto prepared = prepare(asked);
  if (!prepared) {
    return prepared.error();
  }
  auto told = tell_collectors(asked, *prepared, collector, "forget", data);
  if (!told) {
    return told.error();
  }
  const auto count = number_in(*told, "nodes");
  if (arguments.json) {
    print(json_text({{"command", "forget check"}, {"exit_status", 0}, {"nodes", count}}));
  } else if (!arguments.quiet) {
    print(fmt::format("{} forgotten of {} node{}\n", printable(check, true), count, count == 1 ? "" : "s"));
  }
  return 0;
}

}  // namespace muster::cli
