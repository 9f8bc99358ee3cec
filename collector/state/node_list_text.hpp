// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace muster::collector {

// A message names so many nodes of an event; Event::nodes has all.
inline constexpr std::size_t most_named_nodes = 5;

// ": web1, web2 and 40 more"; empty for none.
std::string node_list_text(const std::vector<std::string>& nodes);

}  // namespace muster::collector
