// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/board/board.hpp"
#include "collector/web/http.hpp"

namespace muster::collector::web {

// What of the fleet a page or an answer shows, as its address says: "?filter=location=uk /apache/" in the
// grammar of `mco -W`, "select=not location=uk" in that of `mco -S`, "node=web1" or "node=/^web/",
// "check=check_load", "state=critical,unknown", "all=1".
struct ViewQuery {
  Filter filter;                   // of nodes
  std::string node;                // exactly this one; a pattern has gone into the filter
  std::string check;               // exactly this one
  std::vector<CheckState> states;  // empty: any
  bool all = false;                // what is OK, too
  std::size_t most = 1000;

  // As they were typed, for the form that shows them.
  std::string filter_text;
  std::string select_text;
  std::string node_text;

  [[nodiscard]] bool narrows() const
  {
    return !filter.empty() || !node.empty() || !check.empty() || !states.empty();
  }
};

// Fails with `invalid_input`: which field, and what was expected.
Expected<ViewQuery> parse_view(const Fields& fields);

// The same as an address says it, without a '?'; empty if it says nothing.
std::string as_query_text(const ViewQuery& view);

// "ok", "warning", "critical", "unknown"
std::string_view state_word(CheckState state);

// What the board holds of it. Fails as Board::services() does.
Expected<ShownServices> services_in(const Board& board, const ViewQuery& view);

}  // namespace muster::collector::web
