// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/web/context.hpp"
#include "collector/web/html.hpp"
#include "collector/web/operations.hpp"

namespace muster::collector::web {

// The form that acknowledges, or expects, the rows that are chosen; empty for those who may not. Its boxes
// stand in the rows (RowOptions::can_choose).
Html care_form_for_rows(const Context& context);

// The same for one check, or one node.
Html care_form_for(const Context& context, const Target& target, bool is_acknowledged);

// Expects problems of nodes that a filter means.
Html downtime_form(const Context& context);

// A button that takes a downtime back.
Html remove_button(const Context& context, std::string_view id);

}  // namespace muster::collector::web
