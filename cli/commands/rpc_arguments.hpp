// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "cli/commands/rpc.hpp"
#include "cli/commands/selection.hpp"
#include "cli/node_selection.hpp"
#include "libmuster/client/client_settings.hpp"

// What of the options of an action goes together, and what stands for those that were not given.
namespace muster::cli {

// What --keep-running and --rerun ask for, checked.
struct KeptRunning {
  Share at_a_time;
  std::optional<std::chrono::milliseconds> rerun;  // begin again so long after the last beginning
};

// Nothing if --keep-running was not given. An error names the option and what it takes.
Expected<std::optional<KeptRunning>> check_keep_running(const RpcArguments& rpc);

// Whether what was asked for can be kept to: not by a request that nobody waits for.
Expected<void> check_together(const RpcArguments& rpc);

// The batches of client.yaml, for who has given none and waits for all. The error names the file.
Expected<void> take_usual_batches(
    const client::ClientSettings& settings, const RpcArguments& rpc, Selection& selection);

}  // namespace muster::cli
