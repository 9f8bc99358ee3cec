// SPDX-License-Identifier: Apache-2.0
#include "collector/web/api_actions.hpp"

#include <string>
#include <utility>
#include <vector>

#include "collector/web/api_answer.hpp"
#include "collector/web/operations.hpp"
#include "collector/web/spans.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector::web {

namespace json = boost::json;
using protocol::JsonReader;

namespace {

using Answer = Expected<json::object>;

constexpr std::size_t longest_name = 256;
constexpr std::string_view downtimes = "/downtimes";
constexpr std::string_view remove = "/remove";

Answer done()
{
  return json::object{{"done", true}};
}

std::chrono::seconds optional_seconds(JsonReader& reader, std::string_view name)
{
  return std::chrono::seconds{reader.optional_integer(name, 0, longest_span.count(), 0)};
}

Answer acknowledge(const Context& context, const json::object& body)
{
  JsonReader reader{body, ""};
  const Target target{reader.string("node", longest_name), reader.optional_string("check", longest_name)};
  Acknowledging request;
  request.comment = reader.string("comment", longest_comment);
  request.sticky = reader.optional_boolean("sticky", false);
  request.lasts = optional_seconds(reader, "expires");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return acknowledge(context, {target}, request).and_then(done);
}

Answer unacknowledge(const Context& context, const json::object& body)
{
  JsonReader reader{body, ""};
  const Target target{reader.string("node", longest_name), reader.optional_string("check", longest_name)};
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return unacknowledge(context, {target}).and_then(done);
}

Answer add_downtime(const Context& context, const json::object& body)
{
  JsonReader reader{body, ""};
  ShownDowntime downtime;
  downtime.nodes = reader.strings("nodes", most_targets, longest_name);
  downtime.filter = reader.optional_string("filter", Filter::max_term_length);
  downtime.select.compound = reader.optional_string("select", Filter::max_compound_length);
  downtime.checks = reader.strings("checks", most_targets, longest_name);
  downtime.comment = reader.string("comment", longest_comment);
  downtime.start = reader.has("start") ? reader.time("start") : context.now;
  downtime.end = downtime.start + std::chrono::seconds{reader.integer("length", 1, longest_span.count())};
  if (const auto flexible = optional_seconds(reader, "flexible"); flexible.count() > 0) {
    downtime.duration = flexible;
  }
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return add_downtime(context, std::move(downtime)).map([](const std::string& id) {
    return json::object{{"id", id}};
  });
}

Answer act(const Context& context, std::string_view path, const json::object& body)
{
  if (path == "/acknowledge") {
    return acknowledge(context, body);
  }
  if (path == "/unacknowledge") {
    return unacknowledge(context, body);
  }
  if (path == downtimes) {
    return add_downtime(context, body);
  }
  return failure(
      ErrorCode::not_found, "there is nothing to post at this address: docs/collector-api.md has the list");
}

// "/downtimes/ID/remove" names ID; empty: it is another address.
std::string id_to_remove(std::string_view path)
{
  const bool fits = path.size() > downtimes.size() + 1 + remove.size() &&
                    path.substr(0, downtimes.size() + 1) == "/downtimes/" &&
                    path.substr(path.size() - remove.size()) == remove;
  if (!fits) {
    return {};
  }
  path.remove_prefix(downtimes.size() + 1);
  path.remove_suffix(remove.size());
  return std::string{path};
}

bool is_json(std::string_view content_type)
{
  return content_type.substr(0, content_type.find(';')) == "application/json";
}

Answer answer_of(const Context& context, std::string_view path)
{
  if (const auto id = id_to_remove(path); !id.empty()) {
    return remove_downtime(context, id).and_then(done);
  }
  const auto body = protocol::parse_object(context.request.body);
  return body ? act(context, path, *body) : tl::unexpected{body.error()};
}

void answer_when_told(Board& board, Answer answer, const Respond& respond)
{
  if (!answer) {
    respond(api_answer(answer));
    return;
  }
  board.tell_others([answer = std::move(answer), respond](const std::vector<std::string>& not_told) mutable {
    if (!not_told.empty()) {
      (*answer)["not_told"] = json::array(not_told.begin(), not_told.end());
    }
    respond(api_answer(answer));
  });
}

}  // namespace

void answer_action(const Context& context, std::string_view path, const Respond& respond)
{
  if (!context.visitor.by_token) {
    respond(api_error(403, "denied", "expected a token: Authorization: Bearer TOKEN"));
  } else if (!context.visitor.may_operate()) {
    refuse_on_record(context, action_at(path), "the token may read only");
    respond(api_error(403, "denied", "this token may read only"));
  } else if (id_to_remove(path).empty() && !is_json(context.request.header("content-type"))) {
    respond(api_error(415, "invalid_input", "expected Content-Type: application/json"));
  } else {
    answer_when_told(context.board, answer_of(context, path), respond);
  }
}

}  // namespace muster::collector::web
