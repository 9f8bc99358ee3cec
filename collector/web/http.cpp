// SPDX-License-Identifier: Apache-2.0
#include "collector/web/http.hpp"

#include <algorithm>

namespace muster::collector::web {

namespace {

// Our own style sheet, script and pictures, and nothing else from anywhere; nobody may frame us.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

void set_if_missing(HttpResponse& response, std::string_view name, std::string_view value)
{
  for (const auto& header : response.headers) {
    if (header.first == name) {
      return;
    }
  }
  response.headers.emplace_back(name, value);
}

}  // namespace

std::string_view first_of(const Fields& fields, std::string_view name)
{
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::string_view{} : std::string_view{found->second};
}

std::vector<std::string> all_of(const Fields& fields, std::string_view name)
{
  std::vector<std::string> values;
  for (const auto& [field, value] : fields) {
    if (field == name) {
      values.push_back(value);
    }
  }
  return values;
}

HttpResponse plain_text(int status, std::string_view text)
{
  HttpResponse response;
  response.status = status;
  response.body = std::string{text} + "\n";
  return response;
}

HttpResponse hardened(HttpResponse response)
{
  set_if_missing(response, "Content-Security-Policy", content_policy);
  set_if_missing(response, "X-Content-Type-Options", "nosniff");
  set_if_missing(response, "Referrer-Policy", "same-origin");
  set_if_missing(response, "Cross-Origin-Resource-Policy", "same-origin");
  set_if_missing(response, "Cross-Origin-Opener-Policy", "same-origin");
  set_if_missing(response, "Cache-Control", "no-store");
  return response;
}

}  // namespace muster::collector::web
