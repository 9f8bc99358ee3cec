// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace muster::cli {

// What one node has to say, as it came.
struct Trouble {
  std::string node;
  std::string kind;  // only troubles of one kind are the same
  std::string text;
};

// Several nodes that say the same but for the numbers in it; or one node.
struct SameTrouble {
  std::vector<std::string> nodes;  // in the order they were given
  std::string kind;
  std::string text;  // each number that differs as `lowest..highest`
};

// Puts together what at least `least` nodes say; everything else, and everything with `least` = 0, stays
// alone. The order is that of the first node of each. Linear but for one map.
std::vector<SameTrouble> same_troubles(const std::vector<Trouble>& troubles, std::size_t least);

}  // namespace muster::cli
