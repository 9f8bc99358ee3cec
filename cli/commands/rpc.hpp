// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"
#include "cli/output/application_lines.hpp"

namespace muster::cli {

// Whom of the nodes that match to ask, and how many at a time; as it was typed. Empty: everybody at once.
struct SelectionArguments {
  std::string limit;                    // --limit N|N%
  bool one = false;                     // --one
  std::optional<std::uint64_t> seed;    // --limit-seed
  std::string batch;                    // --batch N|N%
  std::optional<double> batch_sleep_s;  // --batch-sleep
  std::string max_failures;             // --max-failures N|N%
};

struct RpcArguments {
  std::string agent;
  std::string action;
  std::vector<std::string> inputs;  // "name=value"
  std::string display;              // ok, failed, all; empty: what the DDL says
  SelectionArguments selection;
  bool no_results = false;  // --nr
  std::string reply_to;     // CALLER/SESSION
  bool sort = false;
  std::string by;                 // --by FACT: aggregates of each of its values
  bool detach = false;            // it becomes a job, and only its begin is waited for
  std::string keep_running;       // N or N%: on so many at a time, the next when one is over
  std::optional<double> rerun_s;  // with that: all over again

  // What an application gives besides: a line of its own for each reply in place of all its data, and what
  // its changes are about ("packages"). A change of everybody is confirmed first, unless `yes`.
  ReplyLine line;
  std::string about;
  bool yes = false;
};

// Calls one action on the nodes that match and shows their replies as they come. Returns the exit status.
int run_rpc(const FleetArguments& arguments, const RpcArguments& rpc);

}  // namespace muster::cli
