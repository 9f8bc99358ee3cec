// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/web/context.hpp"

namespace muster::collector::web {

struct LoginPage {
  int status = 200;
  std::string_view complaint;  // about the last try; empty: there was none
  std::string back;            // where to go on
  std::string_view form_key;   // what the cookie says, too
};

// For whoever may not read: the form that takes a token, or, without tokens, what the operator has to set up.
HttpResponse login_page(const Context& context, const LoginPage& login);

}  // namespace muster::collector::web
