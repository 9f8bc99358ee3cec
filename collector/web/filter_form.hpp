// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/web/context.hpp"
#include "collector/web/html.hpp"
#include "collector/web/view_query.hpp"

namespace muster::collector::web {

// The fields that say what a page at `address` shows, with what its query says now, and the sentence that
// tells what is wrong with it.
Html filter_form(const Context& context, std::string_view address, std::string_view complaint);

// Links that show one state, or all, and keep the rest of what is asked.
Html state_links(std::string_view address, const ViewQuery& view);

}  // namespace muster::collector::web
