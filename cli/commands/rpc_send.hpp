// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commands/asking.hpp"
#include "cli/commands/rpc.hpp"

namespace muster::cli {

// --nr and --reply-to: sends the prepared question, tells its id, and waits for nobody. Returns the exit
// status.
int send_without_waiting(const FleetArguments& arguments, const RpcArguments& rpc, const Prepared& prepared);

}  // namespace muster::cli
