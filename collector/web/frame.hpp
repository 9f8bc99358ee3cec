// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/web/context.hpp"
#include "collector/web/html.hpp"

namespace muster::collector::web {

// What is special of a page; the frame puts the rest around it.
struct Page {
  std::string title;         // of the tab, besides "Muster"
  std::string_view section;  // of the navigation, by its address: "/nodes"
  Html body;
  bool live = true;  // follows what happens
  std::string node;  // live: only what happens to this node, and to this check; empty: to any
  std::string check;
  int status = 200;
};

// A whole page: navigation, what is wrong with the collector, the notice of the last form, the body.
HttpResponse framed(const Context& context, const Page& page);

// The fleet in numbers: checks by state, nodes up and gone, each a link to what it counts.
Html fleet_bar(const FleetCounts& counts);

// A page that says what went wrong, and nothing else.
HttpResponse error_page(const Context& context, int status, std::string_view sentence);
HttpResponse error_page(const Context& context, const Error& why);

// The hidden fields of each form: its key, and where to go on.
Html form_fields(const Context& context, std::string_view back);

// The path and query of the request, for coming back to it.
std::string own_address(const HttpRequest& request);

}  // namespace muster::collector::web
