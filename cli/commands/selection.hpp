// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands/asking.hpp"
#include "cli/commands/rpc.hpp"
#include "cli/node_selection.hpp"

namespace muster::cli {

// SelectionArguments, checked.
struct Selection {
  std::optional<Share> limit;
  std::optional<std::uint64_t> seed;
  std::optional<Share> batch;
  std::optional<Share> max_failures;
  std::chrono::milliseconds batch_sleep{};

  // True if nodes must be known by name before anybody is asked.
  [[nodiscard]] bool needs_names() const { return limit || batch; }
};

// `in_turn`: nodes are started one after the other without batches, so that --max-failures needs none.
Expected<Selection> check(const SelectionArguments& arguments, bool in_turn = false);

// What a run over batches has told, and whom it did not come to.
struct SelectedReport {
  fleet::FleetReport report;
  std::vector<std::string> not_asked;
  std::string why_not_asked;
};

// Asks the prepared question: of everybody at once, or, with a limit or batches, first who matches and then
// those that were drawn, batch after batch. Stops after a batch with which there are more failures than
// allowed, or that was interrupted.
tl::expected<SelectedReport, int> ask_selected(
    const FleetArguments& arguments,
    Prepared prepared,
    const Selection& selection,
    const OnAnswer& on_answer);

}  // namespace muster::cli
