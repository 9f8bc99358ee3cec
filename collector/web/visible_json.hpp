// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace muster::collector::web {

// The text of a JSON object in one line, in which whatever could hide, reorder or obey is an escape: for
// whoever looks at it in a terminal. The object must be valid UTF-8. Pure.
std::string visible_json(const boost::json::object& object);

}  // namespace muster::collector::web
