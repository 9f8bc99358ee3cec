// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What makes a node count as found: its answer, or, of a request that only called the roll, its presence.
enum class FoundBy { answer, presence };

inline bool is_found(const fleet::NodeAccount& node, FoundBy found_by)
{
  if (node.fate == fleet::Fate::done) {
    return true;
  }
  return found_by == FoundBy::presence && node.fate == fleet::Fate::lost && node.presence &&
         node.presence->state == protocol::NodeState::up;
}

}  // namespace muster::cli
