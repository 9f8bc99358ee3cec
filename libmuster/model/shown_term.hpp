// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster {

// A term of a filter as it may stand in a message, in quotes: it can come from the wire, be long and hold
// terminal escapes.
std::string shown_term(std::string_view term);

}  // namespace muster
