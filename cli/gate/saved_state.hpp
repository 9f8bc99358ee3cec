// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/gate/observation.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::cli::gate {

// A file larger than this was not made by `mco gate save`: 10,000 nodes with 20 checks each take 25 MB.
inline constexpr std::size_t largest_saved_state = std::size_t{128} << 20U;

struct SavedResult {
  CheckState state = CheckState::unknown;
  std::string summary;  // its beginning
};

// How the fleet was before a change, and what was asked to learn it: docs/json/gate_state.schema.json.
struct SavedState {
  protocol::Time saved;
  std::string collective;
  std::vector<std::string> nodes;  // that the question named; empty: whoever is in the collective
  Filter filter;
  std::vector<std::string> checks;                                    // by name; empty: every check
  std::map<std::string, std::map<std::string, SavedResult>> results;  // by node and check
};

void put_results(SavedState& state, const Observation& seen);

// JSON, a node to a line. Fails if it would be larger than what the reader takes.
Expected<std::string> encode(const SavedState& state);

// Takes hostile bytes: a file may have been through many hands. The message names what is wrong in it, not
// the file.
Expected<SavedState> parse_saved_state(std::string_view text);

}  // namespace muster::cli::gate
