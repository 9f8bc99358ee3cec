// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/web/context.hpp"
#include "collector/web/graphs.hpp"

namespace muster::collector::web {

inline constexpr std::string_view api_root = "/api/v1";

// Answers what is asked below /api/v1: docs/collector-api.md. The visitor's rights are checked here; errors
// are JSON: {"error": {"code", "message"}}.
void answer_api(const Context& context, Graphs& graphs, const Respond& respond);

}  // namespace muster::collector::web
