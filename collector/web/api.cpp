// SPDX-License-Identifier: Apache-2.0
#include "collector/web/api.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include <boost/json/serialize.hpp>

#include "collector/board/board_json.hpp"
#include "collector/web/api_actions.hpp"
#include "collector/web/api_answer.hpp"
#include "collector/web/spans.hpp"
#include "collector/web/view_query.hpp"

namespace muster::collector::web {

namespace json = boost::json;

namespace {

using Answer = Expected<json::object>;

constexpr std::size_t most_strip_days = 400;

Answer only_takes(const Fields& fields, std::initializer_list<std::string_view> known)
{
  for (const auto& [name, value] : fields) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return failure(ErrorCode::invalid_input, "there is no parameter " + name.substr(0, 64) + " here");
    }
  }
  return json::object{};
}

json::object stamped(const Context& context)
{
  return json::object{{"now", protocol::to_json(context.now)}};
}

template <typename Value, typename ToJson>
json::array array_of(const std::vector<Value>& values, ToJson one)
{
  json::array array;
  array.reserve(values.size());
  for (const auto& value : values) {
    array.push_back(one(value));
  }
  return array;
}

template <typename Value>
json::array array_of(const std::vector<Value>& values)
{
  return array_of(values, [](const Value& value) { return to_json(value); });
}

Answer status(const Context& context)
{
  auto answer = stamped(context);
  answer["version"] = MUSTER_VERSION;
  answer["counts"] = to_json(context.counts());
  answer["health"] = to_json(context.board.health());
  return answer;
}

Answer services(const Context& context)
{
  const auto view = parse_view(context.request.query);
  const auto shown = view ? services_in(context.board, *view) : tl::unexpected{view.error()};
  if (!shown) {
    return tl::unexpected{shown.error()};
  }
  auto answer = stamped(context);
  answer["services"] = array_of(shown->services, listed);
  answer["left_out"] = shown->left_out;
  return answer;
}

Answer nodes(const Context& context)
{
  auto view = parse_view(context.request.query);
  if (view && !view->node.empty()) {
    view->filter.identities.push_back(view->node);
  }
  const auto shown = view ? context.board.nodes(view->filter) : tl::unexpected{view.error()};
  if (!shown) {
    return tl::unexpected{shown.error()};
  }
  auto answer = stamped(context);
  answer["nodes"] = array_of(*shown);
  return answer;
}

Answer node(const Context& context, const std::string& name)
{
  Filter only;
  only.identities = {name};
  ServiceQuery of_it;
  of_it.node = name;
  of_it.all = true;
  const auto found = context.board.nodes(only);
  const auto shown = context.board.services(of_it);
  if (!found || !shown) {
    return tl::unexpected{found ? shown.error() : found.error()};
  }
  if (found->empty() || is_pattern(name)) {
    return failure(ErrorCode::not_found, "no node of this name is known");
  }
  auto answer = stamped(context);
  answer["node"] = to_json(found->front());
  answer["services"] = array_of(shown->services, in_full);
  return answer;
}

Answer events(const Context& context)
{
  const auto view = parse_view(context.request.query);
  if (!view) {
    return tl::unexpected{view.error()};
  }
  if (is_pattern(view->node_text)) {
    return failure(ErrorCode::invalid_input, "node: expected the name of one: events are kept by name");
  }
  const auto found = context.board.events(view->node, view->check, view->most);
  if (!found) {
    return tl::unexpected{found.error()};
  }
  auto answer = stamped(context);
  answer["events"] = array_of(*found);
  return answer;
}

Expected<std::chrono::seconds> span_of(const Context& context)
{
  const auto text = first_of(context.request.query, "span");
  auto span = parse_span(text.empty() ? "24h" : text);
  if (!span) {
    return tl::unexpected{span.error().with_context("span")};
  }
  return std::min(*span, std::chrono::seconds{std::chrono::hours{24 * most_strip_days}});
}

Answer history(const Context& context)
{
  const std::string node{first_of(context.request.query, "node")};
  const std::string check{first_of(context.request.query, "check")};
  if (node.empty() || check.empty()) {
    return failure(ErrorCode::invalid_input, "node, check: expected both");
  }
  const auto span = span_of(context);
  if (!span) {
    return tl::unexpected{span.error()};
  }
  const auto parts = context.board.strip(node, check, context.now - *span, context.now);
  if (!parts) {
    return tl::unexpected{parts.error()};
  }
  auto answer = stamped(context);
  answer["strip"] = array_of(*parts);
  return answer;
}

Answer downtimes(const Context& context)
{
  auto answer = stamped(context);
  answer["downtimes"] = array_of(context.board.downtimes());
  return answer;
}

struct Route {
  std::string_view path;
  std::initializer_list<std::string_view> parameters;
  Answer (*answer)(const Context& context);
};

const std::array<Route, 6>& routes()
{
  static const std::array<Route, 6> all{{
      {"/status", {}, status},
      {"/services", {"filter", "select", "node", "check", "state", "all", "most"}, services},
      {"/nodes", {"filter", "select", "node"}, nodes},
      {"/events", {"node", "check", "most"}, events},
      {"/history", {"node", "check", "span"}, history},
      {"/downtimes", {}, downtimes},
  }};
  return all;
}

Answer answer_get(const Context& context, std::string_view path)
{
  for (const auto& route : routes()) {
    if (route.path == path) {
      const auto checked = only_takes(context.request.query, route.parameters);
      return checked ? route.answer(context) : checked;
    }
  }
  constexpr std::string_view one_node = "/nodes/";
  if (path.substr(0, one_node.size()) == one_node) {
    return node(context, std::string{path.substr(one_node.size())});
  }
  return failure(
      ErrorCode::not_found, "there is nothing at this address: docs/collector-api.md has the list");
}

HttpResponse unauthorized(const Context& context)
{
  if (!context.can_sign_in) {
    return api_error(
        401, "unauthorized", "only this machine may look: set web.tokens in collector.yaml for others");
  }
  if (context.visitor.by_token || context.visitor.session != nullptr) {
    return api_error(401, "unauthorized", "this token is not known, or may not do this");
  }
  return api_error(401, "unauthorized", "expected a token: Authorization: Bearer TOKEN");
}

}  // namespace

void answer_api(const Context& context, Graphs& graphs, const Respond& respond)
{
  std::string_view path = context.request.path;
  path.remove_prefix(api_root.size());
  if (!context.visitor.may_read()) {
    auto response = unauthorized(context);
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    respond(std::move(response));
  } else if (context.request.method == HttpMethod::post) {
    answer_action(context, path, respond);
  } else if (path == "/graph") {
    graphs.answer(context, api_error, respond);
  } else {
    respond(api_answer(answer_get(context, path)));
  }
}

}  // namespace muster::collector::web
