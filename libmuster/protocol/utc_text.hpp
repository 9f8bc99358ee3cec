// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/protocol/json.hpp"

namespace muster::protocol {

// A time as people and programs read it, to the millisecond: "2026-11-22T19:16:31.042Z".
std::string utc_text(Time time);

}  // namespace muster::protocol
