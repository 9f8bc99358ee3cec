// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::cli {

// True if the text begins like a JSON list or object.
bool is_json(std::string_view text) noexcept;

// The names of nodes in what another program printed:
//   a list of names, or of objects with `sender`, `name`, `certname` or `node`, as mco and PuppetDB print
//   them the object of mco's own --json: the nodes that `found` lists, else those of `nodes` that answered
// Takes hostile text. Fails with the place of what is no name of a node.
Expected<std::vector<std::string>> nodes_in_json(std::string_view text);

}  // namespace muster::cli
