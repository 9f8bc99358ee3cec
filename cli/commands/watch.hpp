// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/commands/collector.hpp"

namespace muster::cli {

struct WatchArguments {
  std::string check;  // empty: all
  double every_s = 2.0;
  std::string length;  // --for "5m"; empty: until it is ended
};

// The problems of the fleet on a screen that follows, over one connection; with --json a line for each
// change. Returns the exit status.
int run_watch(
    const FleetArguments& arguments, const CollectorArguments& collector, const WatchArguments& watch);

}  // namespace muster::cli
