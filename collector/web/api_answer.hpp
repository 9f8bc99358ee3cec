// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "collector/web/http.hpp"
#include "libmuster/error.hpp"

namespace muster::collector::web {

// {"error": {"code": "not_found", "message": "…"}}
HttpResponse api_error(int status, std::string_view code, std::string_view message);
HttpResponse api_error(const Error& why);

// The object, or its error.
HttpResponse api_answer(const Expected<boost::json::object>& answer);

}  // namespace muster::collector::web
