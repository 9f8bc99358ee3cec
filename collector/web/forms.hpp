// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/web/context.hpp"

namespace muster::collector::web {

// Does what a form of ours below /do/ asks for; gives what the next page says of it. The caller has checked
// that the form is ours.
Expected<std::string> act_on_form(const Context& context, const Fields& form);

// 303 to a path of ours; elsewhere: to the problems.
HttpResponse go_to(std::string_view address);

}  // namespace muster::collector::web
