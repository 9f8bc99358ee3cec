// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::collector::web {

enum class HttpMethod { get, head, post };

// `name=value` pairs of a query or a form, decoded, in their order; names may repeat.
using Fields = std::vector<std::pair<std::string, std::string>>;

// The first value of that name; empty if there is none. Borrowed from `fields`.
std::string_view first_of(const Fields& fields, std::string_view name);

std::vector<std::string> all_of(const Fields& fields, std::string_view name);

// One request, read whole. A plain value; every text in it is a stranger's.
struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string path;                                         // decoded, begins with '/'
  Fields query;                                             // decoded
  std::map<std::string, std::string, std::less<>> headers;  // by name in lower case
  std::string body;
  bool from_loopback = false;  // the other end of the connection

  // Empty if it is not there.
  [[nodiscard]] std::string_view header(std::string_view name) const
  {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};  // values of our own making, without line feeds
  bool stream = false;  // an event stream: the connection stays, and gets what HttpServer::send_event() sends
};

// One line of text.
HttpResponse plain_text(int status, std::string_view text);

// With the headers by which browsers keep to our own style sheet, script and pictures, show us in no frame,
// guess no types and keep no copies; those that are set already stay.
HttpResponse hardened(HttpResponse response);

// Gives the answer, once, now or later, on the thread of the server. Later than HttpLimits::answer it is too
// late, and does nothing.
using Respond = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(const HttpRequest&, const Respond&)>;

}  // namespace muster::collector::web
