// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "collector/web/http.hpp"

// Addresses and forms as browsers write them: RFC 3986, and application/x-www-form-urlencoded. Pure.
namespace muster::collector::web {

// A form with every row of a page in it; more is no form of ours.
inline constexpr std::size_t most_fields = 1024;

// "%2F" becomes "/"; with `plus_is_blank` also "+" a blank. Nothing if a '%' is not followed by two digits,
// or a NUL comes out.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank);

// Every byte but letters, digits and "-._~" as %XX: for one segment of a path, or one value of a query.
std::string percent_encoded(std::string_view text);

// "a=1&b=x+y". Nothing if it cannot be decoded or has more than `most_fields`.
std::optional<Fields> parse_fields(std::string_view text);

// "a=1&b=x%20y"; pairs with an empty value are left out.
std::string query_text(const Fields& fields);

// What of an absolute path and query ("/nodes/web1?x=y", no fragment) goes where in a request.
struct PathAndQuery {
  std::string path;
  Fields query;
};

// Nothing if it is not one: it does not begin with one '/', or cannot be decoded.
std::optional<PathAndQuery> parse_target(std::string_view text);

// Whether a browser may be sent there after a form: a path of ours, not "//elsewhere".
bool is_local_path(std::string_view text);

}  // namespace muster::collector::web
