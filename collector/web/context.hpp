// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "collector/board/board.hpp"
#include "collector/web/access.hpp"
#include "collector/web/act.hpp"
#include "collector/web/http.hpp"

namespace muster::collector::web {

// What an answer is made from. Borrowed while the request is handled; an answer that comes later keeps
// copies.
struct Context {
  Board& board;
  const HttpRequest& request;
  const Visitor& visitor;
  Time now;
  const Record& record;
  bool can_sign_in = false;                      // there are tokens
  mutable std::optional<FleetCounts> counted{};  // by counts()

  // Of the fleet. The board walks over every check for it, so that it is counted once for a request.
  [[nodiscard]] const FleetCounts& counts() const;
};

// The status of an answer that tells this error.
int http_status(ErrorCode code);

// "invalid_input"
std::string_view to_string(ErrorCode code);

}  // namespace muster::collector::web
