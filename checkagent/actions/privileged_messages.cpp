// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/privileged_messages.hpp"

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/sendable.hpp"

namespace muster::checkagent::actions {

namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_told = 4096;
constexpr int largest_status = 5;

std::string one_line(json::object object)
{
  // What is still too long has too many members: lists, which their makers have cut already.
  static_cast<void>(protocol::make_sendable(object, largest_privileged_reply - 1));
  return json::serialize(object) + "\n";
}

}  // namespace

std::string encode(const PrivilegedRequest& request)
{
  json::object object;
  object["agent"] = request.agent;
  object["action"] = request.action;
  object["inputs"] = request.inputs;
  object["deadline_ms"] = request.deadline.count();
  return json::serialize(object) + "\n";
}

std::string encode(const Outcome& outcome)
{
  json::object object;
  object["status"] = outcome.status;
  object["message"] = outcome.message;
  object["data"] = outcome.data;
  return one_line(std::move(object));
}

Expected<PrivilegedRequest> parse_privileged_request(std::string_view line)
{
  const auto object = protocol::parse_object(line);
  if (!object) {
    return tl::unexpected{object.error().with_context("request")};
  }
  protocol::JsonReader reader{*object, "request"};
  PrivilegedRequest request;
  request.agent = reader.string("agent", longest_name);
  request.action = reader.string("action", longest_name);
  request.inputs = reader.object("inputs");
  constexpr auto most = std::chrono::milliseconds{longest_deadline}.count();
  request.deadline = std::chrono::milliseconds{reader.integer("deadline_ms", 1, most)};
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return request;
}

Expected<Outcome> parse_privileged_reply(std::string_view line)
{
  const auto object = protocol::parse_object(line);
  if (!object) {
    return tl::unexpected{object.error().with_context("reply")};
  }
  protocol::JsonReader reader{*object, "reply"};
  Outcome outcome;
  outcome.status = static_cast<int>(reader.integer("status", 0, largest_status));
  outcome.message = reader.string("message", longest_told);
  outcome.data = reader.object("data");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return outcome;
}

}  // namespace muster::checkagent::actions
