// SPDX-License-Identifier: Apache-2.0
#include "collector/web/site.hpp"

#include <array>
#include <utility>

#include "collector/web/api.hpp"
#include "collector/web/api_answer.hpp"
#include "collector/web/assets.hpp"
#include "collector/web/forms.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/health.hpp"
#include "collector/web/login_page.hpp"
#include "collector/web/operations.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/url.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t login_word_length = 32;  // letters
constexpr std::chrono::hours login_lasts{1};   // somebody looks for the token

struct Route {
  std::string_view path;
  HttpResponse (*answer)(const Context& context);
};

constexpr std::array<Route, 7> routes{{
    {"/", problems_page},
    {"/nodes", nodes_page},
    {"/checks", checks_page},
    {"/events", events_page},
    {"/downtimes", downtimes_page},
    {"/strip.svg", strip_answer},
    {"/metrics", metrics_answer},
}};

bool is_login_word(std::string_view text)
{
  return text.size() == login_word_length &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

HttpResponse event_stream()
{
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.stream = true;
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold it back
  return response;
}

// "/nodes/web1" or "/nodes/web1/check_disk /srv": a node has no slash in its name, a check may.
HttpResponse page_of_node(const Context& context, std::string_view rest)
{
  const auto slash = rest.find('/');
  const std::string node{rest.substr(0, slash)};
  return slash == std::string_view::npos || slash + 1 == rest.size()
             ? node_page(context, node)
             : service_page(context, node, std::string{rest.substr(slash + 1)});
}

HttpResponse page(const Context& context)
{
  constexpr std::string_view nodes = "/nodes/";
  constexpr std::string_view checks = "/checks/";
  const std::string_view path = context.request.path;
  for (const auto& route : routes) {
    if (route.path == path) {
      return route.answer(context);
    }
  }
  if (path == "/events/stream") {
    return event_stream();
  }
  if (path.substr(0, nodes.size()) == nodes && path.size() > nodes.size()) {
    return page_of_node(context, path.substr(nodes.size()));
  }
  if (path.substr(0, checks.size()) == checks && path.size() > checks.size()) {
    return check_page(context, std::string{path.substr(checks.size())});
  }
  return error_page(context, 404, "There is nothing at this address.");
}

bool is_below(std::string_view path, std::string_view root)
{
  return path.substr(0, root.size()) == root && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

Site::Site(Board& board, Access access, Clock clock, Record record)
    : board_{board}, access_{std::move(access)}, clock_{std::move(clock)}, record_{std::move(record)}
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
  route({board_, request, visitor, now, record_, access_.has_tokens()}, hardened_respond);
}

void Site::route(const Context& context, const Respond& respond)
{
  const auto& path = context.request.path;
  if (is_below(path, api_root)) {
    answer_api(context, graphs_, respond);
  } else if (context.request.method == HttpMethod::post) {
    answer_post(context, respond);
  } else if (path == "/graph.svg" && context.visitor.may_read()) {
    graphs_.answer(context, no_graph, respond);
  } else if (auto open = open_to_all(context)) {
    respond(std::move(*open));
  } else if (!context.visitor.may_read()) {
    respond(ask_to_sign_in(context));
  } else {
    respond(page(context));
  }
}

std::optional<HttpResponse> Site::open_to_all(const Context& context) const
{
  constexpr std::string_view assets = "/assets/";
  const auto& path = context.request.path;
  if (path == "/healthz") {
    return health_answer(context);
  }
  if (path == "/metrics" && !context.visitor.may_read()) {
    return plain_text(401, "expected a token with the right to read");
  }
  if (path == "/icon.svg" || path == "/favicon.ico") {  // the second: of a drawing that is opened by itself
    return icon_answer(first_of(context.request.query, "state"));
  }
  if (path == "/login") {
    return login(context, {200, "", first_of(context.request.query, "back")});
  }
  if (path.rfind(assets, 0) == 0) {
    return asset_answer(std::string_view{path}.substr(assets.size()));
  }
  return std::nullopt;
}

HttpResponse Site::ask_to_sign_in(const Context& context) const
{
  if (!context.can_sign_in) {
    return login(context, {});
  }
  return go_to("/login?" + query_text({{"back", own_address(context.request)}}));
}

void Site::answer_post(const Context& context, const Respond& respond)
{
  const auto form = parse_fields(context.request.body);
  if (auto answer = answer_without_act(context, form ? &*form : nullptr)) {
    respond(std::move(*answer));
  } else {
    answer_form(context, *form, respond);
  }
}

// Nothing: it is a form by which somebody who may does something to the fleet.
std::optional<HttpResponse> Site::answer_without_act(const Context& context, const Fields* form)
{
  if (!access_.comes_from_our_page(context.request)) {
    return error_page(context, 403, "This form was sent by another page. Nothing was done.");
  }
  if (form == nullptr || context.request.header("content-type") != "application/x-www-form-urlencoded") {
    return error_page(context, 400, "This form cannot be read. Nothing was done.");
  }
  if (context.request.path == "/login") {
    return sign_in(context, *form);
  }
  if (!Access::has_form_key(context.visitor, *form)) {
    return error_page(
        context, 403, "This form is too old, or not ours. Load the page again; nothing was done.");
  }
  if (context.request.path == "/logout") {
    return sign_out(context);
  }
  if (!context.visitor.may_operate()) {
    refuse_on_record(context, action_at(context.request.path), "the token may read only");
    return error_page(context, 403, "You may read only. Nothing was done.");
  }
  return std::nullopt;
}

// The session may have ended when the other collectors have answered, so it is looked for again.
void Site::answer_form(const Context& context, const Fields& form, const Respond& respond)
{
  const auto done = act_on_form(context, form);
  if (!done) {
    respond(error_page(context, done.error()));
    return;
  }
  board_.tell_others(
      [this, respond, request = context.request, notice = *done, back = std::string{first_of(form, "back")}](
          const std::vector<std::string>& not_told) {
        if (auto* session = access_.visitor(request, clock_()).session) {
          session->notice = notice;
          for (const auto& sentence : not_told) {
            session->notice += " " + sentence + ".";
          }
        }
        respond(go_to(back));
      });
}

HttpResponse Site::sign_in(const Context& context, const Fields& form)
{
  const auto back = first_of(form, "back");
  const auto word = cookie(context.request, login_cookie);
  if (word.empty() || !protocol::same_secret(word, first_of(form, "form_key"))) {
    return login(context, {403, "This form was too old. Please try again.", back});
  }
  const auto session = access_.sign_in(first_of(form, "token"), context.now);
  if (!session) {
    return login(context, {403, "This token is not known.", back});
  }
  auto response = go_to(back);
  response.headers.emplace_back(
      "Set-Cookie", set_cookie(context.request, session_cookie, *session, Sessions::longest));
  response.headers.emplace_back(
      "Set-Cookie", set_cookie(context.request, login_cookie, "", std::chrono::seconds{0}));
  return response;
}

HttpResponse Site::sign_out(const Context& context)
{
  access_.sign_out(context.request);
  auto response = go_to("/");
  response.headers.emplace_back(
      "Set-Cookie", set_cookie(context.request, session_cookie, "", std::chrono::seconds{0}));
  return response;
}

HttpResponse Site::login(const Context& context, const Attempt& attempt) const
{
  // One form in each of several tabs: they share the cookie, so they share the word.
  const auto kept = cookie(context.request, login_cookie);
  const auto word = is_login_word(kept) ? std::string{kept} : access_.random_word(login_word_length);
  auto response = login_page(context, {attempt.status, attempt.complaint, std::string{attempt.back}, word});
  if (context.can_sign_in) {
    response.headers.emplace_back("Set-Cookie", set_cookie(context.request, login_cookie, word, login_lasts));
  }
  return response;
}

}  // namespace muster::collector::web
