// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/commands/asking.hpp"
#include "cli/gate/observation.hpp"
#include "cli/gate/saved_state.hpp"

// The files of the gates, and what they mean for a question.
namespace muster::cli {

// Writes all of it or leaves what was there.
Expected<void> write_report(const std::string& file, const std::string& text);
Expected<void> write_state(
    const std::string& file,
    const fleet::Question& question,
    const std::vector<std::string>& checks,
    const fleet::FleetReport& report,
    const gate::Observation& seen);

Expected<gate::SavedState> read_state(const std::string& file);

using InScope = std::function<bool(const std::string&)>;

// Makes the question of `prepared` the one that the file holds, narrowed to the nodes that -I and -n name.
// Returns which nodes of the file these are. The other filters and -T are refused: they would leave out nodes
// of the file without anybody knowing which.
Expected<InScope> ask_again(
    Prepared& prepared,
    const gate::SavedState& before,
    const std::string& file,
    const FleetArguments& arguments);

}  // namespace muster::cli
