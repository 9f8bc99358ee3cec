// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/web/context.hpp"

namespace muster::collector::web {

// Does what is posted to `path` below /api/v1, for a program that shows a token with the right to operate: a
// cookie does not count, so that no page can make a browser send it. What is done is told to the other
// collectors first; `not_told` of the answer says who has not taken it.
void answer_action(const Context& context, std::string_view path, const Respond& respond);

}  // namespace muster::collector::web
