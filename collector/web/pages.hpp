// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/web/context.hpp"

// The pages, each for a visitor who may read. Lists are cut at a number that a browser shows in a moment, and
// say so.
namespace muster::collector::web {

HttpResponse problems_page(const Context& context);
HttpResponse nodes_page(const Context& context);
HttpResponse node_page(const Context& context, const std::string& node);
HttpResponse service_page(const Context& context, const std::string& node, const std::string& check);
HttpResponse checks_page(const Context& context);
HttpResponse check_page(const Context& context, const std::string& check);
HttpResponse events_page(const Context& context);
HttpResponse downtimes_page(const Context& context);

// /strip.svg?node=…&check=…: the last 24 hours.
HttpResponse strip_answer(const Context& context);

}  // namespace muster::collector::web
