// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "collector/board/board.hpp"
#include "collector/web/html.hpp"

namespace muster::collector::web {

// What is drawn, without for how long.
struct GraphSubject {
  GraphQuery::Kind kind = GraphQuery::Kind::values;
  std::string node;
  std::string check;
  std::string label{};  // of Kind::fleet_values which one; of Kind::values one of those of its unit
};

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> graph_spans{{
    {"4h", "4 hours"},
    {"24h", "a day"},
    {"7d", "a week"},
    {"30d", "a month"},
    {"365d", "a year"},
}};

// An image that is there on light and on dark ground; it loads when it comes into view.
Html graph_image(const GraphSubject& subject, std::string_view span);

// One below the other: 4 hours, a day, a week, a month, a year.
Html graphs_of_all_spans(const GraphSubject& subject);

}  // namespace muster::collector::web
