// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commands/asking.hpp"
#include "cli/commands/rpc.hpp"
#include "cli/commands/rpc_arguments.hpp"
#include "cli/commands/selection.hpp"

namespace muster::cli {

// Starts the prepared action on the nodes that match, on so many at a time, each once; the next one as soon
// as one is over. Every action becomes a job, but Puppet's runonce, whose run is told by Puppet's status
// (cli/run_watch.hpp). The question is complete, with `detach` set if it becomes a job.
// Returns the exit status: 0 all had their turn and ended well, 1 nobody matched, 2 some failed or were left
// out, 3 nobody answered; 69 and 130 when the broker went away or it was interrupted: what runs goes on then.
int keep_running(
    const FleetArguments& arguments,
    const RpcArguments& rpc,
    Prepared prepared,
    const Selection& selection,
    const KeptRunning& kept);

}  // namespace muster::cli
