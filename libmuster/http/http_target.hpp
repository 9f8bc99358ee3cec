// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::http {

// Where a POST goes. A plain value.
struct HttpTarget {
  bool tls = false;
  std::string host;  // a name or an address; IPv6 without its brackets
  std::string port;  // in digits
  std::string path = "/";

  bool operator==(const HttpTarget&) const = default;
};

// "https://chat.example.net/hooks/x?y=1", "http://[::1]:9093". invalid_input: no http or https, a user in it,
// or what no header can carry: blanks, control characters, anything beyond ASCII.
Expected<HttpTarget> parse_http_target(std::string_view url);

// What stands in the header Host: the port only if it is not that of the scheme.
std::string host_header(const HttpTarget& target);

// For people: without the path, which may hold a secret: "https://chat.example.net".
std::string place_of(const HttpTarget& target);

}  // namespace muster::http
