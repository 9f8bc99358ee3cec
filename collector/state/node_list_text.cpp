// SPDX-License-Identifier: Apache-2.0
#include "collector/state/node_list_text.hpp"

#include <algorithm>

namespace muster::collector {

std::string node_list_text(const std::vector<std::string>& nodes)
{
  std::string text;
  const auto named = std::min(nodes.size(), most_named_nodes);
  for (std::size_t i = 0; i < named; ++i) {
    text += i == 0 ? ": " : ", ";
    text += nodes[i];
  }
  if (named < nodes.size()) {
    text += " and " + std::to_string(nodes.size() - named) + " more";
  }
  return text;
}

}  // namespace muster::collector
