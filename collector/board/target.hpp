// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <tuple>

namespace muster::collector {

// A check of a node, or the node itself if `check` is empty: what somebody takes care of.
struct Target {
  std::string node;
  std::string check;

  friend bool operator==(const Target& left, const Target& right) = default;

  friend bool operator<(const Target& left, const Target& right)
  {
    return std::tie(left.node, left.check) < std::tie(right.node, right.check);
  }
};

// Of one act. Whoever names one twice means it once.
using Targets = std::set<Target>;

}  // namespace muster::collector
