// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/gate/judgement.hpp"
#include "cli/gate/observation.hpp"
#include "cli/gate/saved_state.hpp"
#include "cli/gate/tolerance.hpp"

namespace muster::cli::gate {

// How a result of now stands beside that of before.
enum class Change {
  worse,          // a problem now, and a less severe one or none before: counts
  added_problem,  // a problem now, and the file tells nothing of it: counts
  still,          // a problem now, and as bad or worse before
  better,         // no problem any more, or a less severe one
  added,          // no problem now, and the file tells nothing of it
  steady,         // no problem now, nor before
};

struct Compared {
  Reading now;
  std::optional<CheckState> before;
  Change change = Change::steady;
};

struct Comparison {
  std::vector<Compared> results;  // by node, then by check
  std::vector<Gap> vanished;      // results of the file that have none now, and why
  std::vector<Gap> missing;       // others that should have come
  std::size_t expected = 0;
  std::string doubt;  // as in Observation
};

// CRITICAL that has become UNKNOWN is as bad as before, not better: it says less, not more.
Change change_of(std::optional<CheckState> before, CheckState now, const Tolerance& tolerance);

// `in_scope`: which nodes of the file were asked for; the others are left out on both sides.
Comparison compare(
    const SavedState& before,
    const Observation& now,
    const Tolerance& tolerance,
    const std::function<bool(const std::string&)>& in_scope);

// Only what is new counts. Whatever has vanished or is missing makes it inconclusive.
Judgement judge(const Comparison& comparison, const Tolerance& tolerance);

}  // namespace muster::cli::gate
