// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/text_style.hpp"
#include "libmuster/model/check_state.hpp"

namespace muster::cli {

// The state's word in its colour: OK green, WARNING yellow, CRITICAL red, UNKNOWN cyan.
std::string coloured(CheckState state, const TextStyle& style);

}  // namespace muster::cli
