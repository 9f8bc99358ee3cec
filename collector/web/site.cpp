// SPDX-License-Identifier: Apache-2.0
#include "collector/web/site.hpp"

#include <utility>

#include "collector/web/api.hpp"
#include "collector/web/health.hpp"

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

bool is_below(std::string_view path, std::string_view root)
{
  return path.substr(0, root.size()) == root && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

Site::Site(Board& board, Access access, Clock clock)
    : board_{board}, access_{std::move(access)}, clock_{std::move(clock)}
{}

void Site::handle(const HttpRequest& request, const Respond& respond)
{
  const Respond hardened_respond = [respond](HttpResponse response) {
    respond(hardened(std::move(response)));
  };
  if (auto refusal = access_.refusal(request)) {
    hardened_respond(std::move(*refusal));
    return;
  }
  const auto now = clock_();
  const auto visitor = access_.visitor(request, now);
  route({board_, request, visitor, now, access_.has_tokens()}, hardened_respond);
}

void Site::route(const Context& context, const Respond& respond)
{
  const auto& path = context.request.path;
  if (is_below(path, api_root)) {
    answer_api(context, graphs_, respond);
  } else if (path == "/healthz") {
    respond(health_answer(context));
  } else if (path == "/metrics") {
    respond(
        context.visitor.may_read() ? metrics_answer(context)
                                   : plain_text(401, "expected a token with the right to read"));
  } else {
    respond(plain_text(404, "there is nothing at this address"));
  }
}

}  // namespace muster::collector::web
