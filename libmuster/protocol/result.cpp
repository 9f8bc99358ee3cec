// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/sendable.hpp"

namespace muster::protocol {

namespace {

constexpr std::size_t longest_check_name = 256;
constexpr std::int64_t largest_count = std::int64_t{1} << 53;

Time in_milliseconds(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace

json::object to_json(const ResultMessage& message)
{
  json::object object;
  object["node"] = message.node;
  object["epoch"] = message.epoch;
  object["seq"] = message.seq;
  object["now"] = to_json(message.now);
  object["check"] = sendable_text(message.result.check, longest_check_name);
  object["state"] = static_cast<int>(message.result.state);
  object["summary"] = message.result.summary;
  object["details"] = message.result.details;
  object["perfdata"] = message.result.perfdata;
  object["started"] = to_json(in_milliseconds(message.result.started));
  object["finished"] = to_json(in_milliseconds(message.result.finished));
  object["origin"] = sendable_text(message.result.origin, longest_check_name);
  return object;
}

std::string encode(const ResultMessage& message)
{
  json::object object = to_json(message);
  // Two texts of at most 256 bytes, the names and the numbers: the rest can always be cut enough.
  static_cast<void>(make_sendable(object, largest_result));
  return json::serialize(object);
}

Expected<ResultMessage> result_from_json(const json::object& object, const std::string& path)
{
  JsonReader reader{object, path};
  ResultMessage message;
  message.node = reader.string("node", max_node_name_length);
  if (!is_node_name(message.node)) {
    reader.fail("node", "the name of a node");
  }
  message.epoch = reader.integer("epoch", 0, largest_count);
  message.seq = reader.integer("seq", 0, largest_count);
  message.now = reader.time("now");
  message.result.check = reader.string("check", longest_check_name);
  message.result.state = state_from_exit_code(static_cast<int>(reader.integer("state", 0, 3)));
  message.result.summary = reader.string("summary", largest_message);
  message.result.details = reader.optional_string("details", largest_message);
  message.result.perfdata = reader.optional_string("perfdata", largest_message);
  message.result.started = reader.time("started");
  message.result.finished = reader.time("finished");
  message.result.origin = reader.optional_string("origin", longest_check_name);
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return message;
}

Expected<ResultMessage> parse_result(std::string_view payload)
{
  const auto object = parse_object(payload);
  if (!object) {
    return tl::unexpected{object.error().with_context("result")};
  }
  return result_from_json(*object, "result");
}

}  // namespace muster::protocol
