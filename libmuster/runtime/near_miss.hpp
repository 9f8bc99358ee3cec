// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::runtime {

// The known word that `word` was probably meant to be: at most two edits away, ignoring case; of equals the
// first. Empty when nothing is near.
std::string near_miss(std::string_view word, const std::vector<std::string>& known);

}  // namespace muster::runtime
