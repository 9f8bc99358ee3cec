// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/web/http.hpp"

namespace muster::collector::web {

// A file of assets/, compiled in. Static.
struct Asset {
  std::string_view name;
  std::string_view text;
  std::string_view digest;  // of the text: an address that carries it never changes its meaning
};

// Null if there is none of this name.
const Asset* find_asset(std::string_view name);

// "/assets/muster.css?DIGEST"
std::string asset_address(std::string_view name);

HttpResponse asset_answer(std::string_view name);

// The icon of the browser's tab, in the colour of what is worst: "critical", "ok", …
HttpResponse icon_answer(std::string_view state);

}  // namespace muster::collector::web
