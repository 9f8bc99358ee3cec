// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/web/context.hpp"

namespace muster::collector::web {

// Does what a form of ours below /do/ asks for, and sends the browser back to where it was; the next page
// tells what was done. The caller has checked that the form is ours.
HttpResponse answer_form(const Context& context, const Fields& form);

// 303 to a path of ours; elsewhere: to the problems.
HttpResponse go_to(std::string_view address);

}  // namespace muster::collector::web
