// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/board/board.hpp"
#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// What agent `collector` answers to `status`: counts of what was asked for, the problems (a page of them,
// from `from` on), the nodes that are not up, and a token. Who gives that token back as `known`, with the
// same question, is told only that nothing has changed, as long as nothing but times of results has: among
// the first 1,000 problems. invalid_input: the filter cannot be read, or hangs on what only a node knows.
Expected<protocol::json::object> status_answer(const Board& board, const protocol::json::object& data);

}  // namespace muster::collector
