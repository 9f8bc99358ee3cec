// SPDX-License-Identifier: Apache-2.0
#include "checkagent/recorder_agent.hpp"

#include <map>
#include <string>
#include <utility>

#include "checkagent/builtin_ddls.hpp"
#include "libmuster/protocol/recorder_page.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

namespace json = protocol::json;

constexpr std::int64_t largest_count = std::int64_t{1} << 53;  // what every JSON reader holds exactly

json::object to_json(const FlightRecorder::Head& head)
{
  json::object object;
  object["epoch"] = head.last.epoch;
  object["seq"] = head.last.seq;
  object["oldest_epoch"] = head.oldest.epoch;
  object["oldest_seq"] = head.oldest.seq;
  object["results"] = head.results;
  return object;
}

Expected<json::object> since(const FlightRecorder& recorder, const json::object& data)
{
  protocol::JsonReader reader{data, "data"};
  const auto epoch = reader.integer("epoch", 0, largest_count);
  const auto seq = reader.integer("seq", 0, largest_count);
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  auto page = recorder.since({epoch, seq});
  json::object reply = protocol::to_json(
      protocol::RecorderPage{std::move(page.results), page.more, page.gap, recorder.head().last});
  reply["head"] = to_json(recorder.head());
  return reply;
}

}  // namespace

Expected<json::object> run_recorder_action(
    const FlightRecorder& recorder, std::string_view action, const json::object& data)
{
  if (action == "head") {
    return to_json(recorder.head());
  }
  if (action == "since") {
    return since(recorder, data);
  }
  return failure(ErrorCode::not_found, "agent recorder has no action " + std::string{action});
}

void add_recorder(node::Agents& agents, const FlightRecorder& recorder)
{
  std::map<std::string, node::Agents::Action> actions;
  for (const auto* name : {"head", "since"}) {
    actions[name] =
        [&recorder, action = std::string{name}](node::ActionCall call) -> asio::awaitable<node::ActionReply> {
      node::ActionReply reply;
      auto data = run_recorder_action(recorder, action, call.request.data);
      if (!data) {
        constexpr int invalid_data = 4;
        co_return node::failed(invalid_data, data.error().message);
      }
      reply.data = std::move(*data);
      co_return reply;
    };
  }
  agents.add(builtin_ddl(std::string{recorder_agent_name}), std::move(actions));
}

}  // namespace muster::checkagent
