// SPDX-License-Identifier: Apache-2.0
#include "collector/operator_agent.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "collector/board/board_json.hpp"
#include "collector/board/board_query.hpp"
#include "collector/board/lists.hpp"
#include "collector/board/status_answer.hpp"
#include "collector/builtin_ddls.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::collector {
namespace asio = boost::asio;
namespace json = protocol::json;
using node::ActionCall;
using node::ActionReply;

namespace {

constexpr int status_aborted = 1;
constexpr int status_invalid_data = 4;
constexpr std::chrono::seconds longest_within{std::chrono::hours{24 * 3660}};
constexpr std::size_t most_told = 1'000;  // ten times of what a collector sends
// Base64 makes four bytes of three, and the answer has a limit.
constexpr std::size_t most_image_bytes = std::size_t{80} << 10U;

ActionReply refused(const Error& error)
{
  return node::failed(
      error.code == ErrorCode::invalid_input ? status_invalid_data : status_aborted, error.message);
}

ActionReply outcome(const Expected<void>& done)
{
  return done ? ActionReply{} : refused(done.error());
}

ActionReply tell_status(const Board& board, const json::object& data)
{
  auto told = status_answer(board, data);
  if (!told) {
    return refused(told.error());
  }
  ActionReply reply;
  reply.data = std::move(*told);
  return reply;
}

// The newest first; with `within` none that is older than so many seconds.
Expected<std::vector<StoredEvent>> events_asked_for(Board& board, const json::object& data, Time now)
{
  auto events = board.events(text(data, "node"), text(data, "check"), number(data, "most"));
  if (const auto within = number(data, "within"); events && within > 0) {
    const auto oldest = now - std::chrono::seconds{std::min<std::size_t>(within, longest_within.count())};
    std::erase_if(*events, [oldest](const StoredEvent& event) { return event.time < oldest; });
  }
  return events;
}

struct Span {
  Time from;
  Time until;
};

Expected<void> add_presences(Board& board, const std::string& node, Span span, json::object& data)
{
  const auto strip = board.presence_strip(node, span.from, span.until);
  if (!strip && strip.error().code == ErrorCode::not_found) {
    return {};  // forgotten, or the collector itself: what happened is told all the same
  }
  if (!strip) {
    return tl::unexpected{strip.error()};
  }
  data["strip"] = as_many_as_fit(*strip, 0, [](const PresencePart& part) { return to_json(part); });
  return {};
}

Expected<void> add_states(
    Board& board, const std::string& node, const std::string& check, Span span, json::object& data)
{
  const auto strip = board.strip(node, check, span.from, span.until);
  if (!strip) {
    return tl::unexpected{strip.error()};
  }
  data["strip"] = as_many_as_fit(*strip, 0, [](const StripPart& part) { return to_json(part); });
  ServiceQuery one;
  one.node = node;
  one.check = check;
  one.all = true;
  if (const auto service = board.services(one); service && !service->services.empty()) {
    data["service"] = in_full(service->services.front());
  }
  return {};
}

ActionReply tell_history(Board& board, const json::object& data)
{
  const auto node = text(data, "node");
  const auto check = text(data, "check");
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto events = events_asked_for(board, data, now);
  if (!events) {
    return refused(events.error());
  }
  ActionReply reply;
  reply.data["events"] = as_many_as_fit(*events, 0, [](const StoredEvent& event) { return to_json(event); });
  if (node.empty()) {
    return reply;
  }
  const Span asked{now - span(data), now};
  const auto added = check.empty() ? add_presences(board, node, asked, reply.data)
                                   : add_states(board, node, check, asked, reply.data);
  return added ? reply : refused(added.error());
}

// Waits for what the board gives later. `begin` is never made within a co_await: GCC 12 would destroy it
// twice.
template <typename Result, typename Begin>
asio::awaitable<Expected<Result>> later(Begin begin)
{
  auto start = [begin = std::move(begin)](auto handler) mutable {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    begin([shared](Expected<Result> result) { std::move (*shared)(std::move(result)); });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Expected<Result>)>(
      std::move(start), asio::use_awaitable);
}

// Pictures that are larger than an answer are fetched in parts: the last few wait for that.
class Pictures {
public:
  static constexpr std::size_t most = 8;                         // of operators who draw at the same time
  static constexpr std::size_t largest = std::size_t{4} << 20U;  // of 4000 by 4000 pixels

  ActionReply first_part_of(std::string image)
  {
    if (image.size() > largest) {
      return node::failed(status_aborted, "the picture is too large: ask for a smaller one");
    }
    if (images_.size() == most) {
      images_.pop_front();
    }
    images_.emplace_back(protocol::random_word(id_length), std::move(image));
    return part_of(images_.back(), 0);
  }

  [[nodiscard]] ActionReply part(const std::string& id, std::size_t from) const
  {
    for (const auto& image : images_) {
      if (image.first == id && from < image.second.size()) {
        return part_of(image, from);
      }
    }
    return node::failed(status_aborted, "that picture is not kept any more: draw it again");
  }

private:
  using Image = std::pair<std::string, std::string>;  // id, bytes
  static constexpr std::size_t id_length = 12;

  static ActionReply part_of(const Image& image, std::size_t from)
  {
    const auto bytes = std::string_view{image.second}.substr(from, most_image_bytes);
    ActionReply reply;
    reply.data["picture"] = image.first;
    reply.data["left"] = image.second.size() - from - bytes.size();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): text as the bytes that it is
    reply.data["image"] =
        protocol::to_base64(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return reply;
  }

  std::deque<Image> images_;
};

asio::awaitable<ActionReply> tell_graph(Board& board, std::shared_ptr<Pictures> pictures, json::object data)
{
  if (const auto id = text(data, "picture"); !id.empty()) {
    co_return pictures->part(id, number(data, "from"));
  }
  const auto query = graph_query(data);
  if (!query) {
    co_return refused(query.error());
  }
  auto begin = [&board, query = *query](auto done) { board.draw(query, std::move(done)); };
  auto image = co_await later<std::string>(std::move(begin));
  if (!image) {
    co_return refused(image.error());
  }
  co_return pictures->first_part_of(std::move(*image));
}

asio::awaitable<ActionReply> tell_values(Board& board, json::object data)
{
  const auto query = values_query(data);
  if (!query) {
    co_return refused(query.error());
  }
  auto begin = [&board, query = *query](auto done) { board.read(query, std::move(done)); };
  const auto values = co_await later<ShownValues>(std::move(begin));
  if (!values) {
    co_return refused(values.error());
  }
  ActionReply reply;
  reply.data = to_json(*values);
  co_return reply;
}

ActionReply tell_schedules(const Board& board)
{
  ActionReply reply;
  reply.data["health"] = to_json(board.health());
  reply.data["schedules"] =
      as_many_as_fit(board.schedules(), 0, [](const ShownSchedule& schedule) { return to_json(schedule); });
  return reply;
}

Target target_in(const json::object& data)
{
  return {text(data, "node"), text(data, "check")};
}

ActionReply acknowledge(Board& board, const protocol::Request& request)
{
  const auto& data = request.data;
  ShownAcknowledgement acknowledgement;
  acknowledgement.caller = request.caller;
  acknowledgement.comment = text(data, "comment");
  acknowledgement.set = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  acknowledgement.sticky = flag(data, "sticky");
  if (const auto seconds = number(data, "expires"); seconds > 0) {
    acknowledgement.expires = acknowledgement.set + std::chrono::seconds{seconds};
  }
  return outcome(board.acknowledge({target_in(data)}, acknowledgement, Tell::away));
}

// How many of the nodes that are known a downtime is about; others may come.
std::size_t nodes_of(const Board& board, const ShownDowntime& downtime)
{
  auto filter = downtime.select;
  if (!add_combined(filter, downtime.filter)) {
    return 0;
  }
  const std::set<std::string> named{downtime.nodes.begin(), downtime.nodes.end()};
  const auto matching = board.nodes(filter).value_or(std::vector<ShownNode>{});
  const auto is_named = [&named](const ShownNode& node) {
    return named.empty() || named.contains(node.name);
  };
  return static_cast<std::size_t>(std::count_if(matching.begin(), matching.end(), is_named));
}

ActionReply add_downtime(Board& board, const protocol::Request& request)
{
  const auto downtime = downtime_query(request.data, request.caller);
  if (!downtime) {
    return refused(downtime.error());
  }
  const auto ids = board.add_downtimes({*downtime}, Tell::away);
  if (!ids) {
    return refused(ids.error());
  }
  ActionReply reply;
  reply.data["downtime"] = ids->front();
  reply.data["nodes"] = nodes_of(board, *downtime);
  return reply;
}

ActionReply tell_downtimes(const Board& board)
{
  ActionReply reply;
  reply.data["downtimes"] =
      as_many_as_fit(board.downtimes(), 0, [](const ShownDowntime& downtime) { return to_json(downtime); });
  return reply;
}

ActionReply forget_check(Board& board, const protocol::Request& request)
{
  std::vector<std::string> nodes;
  if (const auto* list = request.data.if_contains("nodes"); list != nullptr && list->is_array()) {
    for (const auto& node : list->get_array()) {
      nodes.emplace_back(node.is_string() ? std::string_view{node.get_string()} : std::string_view{});
    }
  }
  const auto count = board.forget_check(nodes, text(request.data, "check"), request.caller);
  if (!count) {
    return refused(count.error());
  }
  ActionReply reply;
  reply.data["nodes"] = *count;
  return reply;
}

Expected<std::vector<ToldCare>> told_in(const json::object& data)
{
  const auto* changes = data.if_contains("changes");
  std::vector<ToldCare> told;
  if (changes == nullptr || !changes->is_array() || changes->get_array().size() > most_told) {
    return failure(ErrorCode::invalid_input, "changes: expected a list of at most 1000");
  }
  for (const auto& change : changes->get_array()) {
    auto one = told_care_from_json(change.is_object() ? change.get_object() : json::object{});
    if (!one) {
      return tl::unexpected{one.error()};
    }
    told.push_back(std::move(*one));
  }
  return told;
}

// Another collector has authenticated those in whose names it speaks, which only a collector does.
ActionReply take_care(Board& board, const protocol::Request& request)
{
  if (!is_collector_name(request.caller)) {
    return node::failed(status_aborted, "only a collector speaks for others: use acknowledge or downtime");
  }
  const auto told = told_in(request.data);
  if (!told) {
    return refused(told.error());
  }
  json::array not_taken;
  const auto results = board.take_told(*told);
  for (std::size_t at = 0; at < results.size(); ++at) {
    if (!results[at]) {
      not_taken.push_back(json::object{{"at", at}, {"message", results[at].error().message}});
    }
  }
  ActionReply reply;
  reply.data["refused"] = std::move(not_taken);
  return reply;
}

// One that answers at once.
template <typename Function>
node::Agents::Action at_once(Function function)
{
  return [function](ActionCall call) -> asio::awaitable<ActionReply> { co_return function(call.request); };
}

}  // namespace

std::set<std::string> operator_acts()
{
  return {
      "collector.acknowledge",
      "collector.unacknowledge",
      "collector.downtime",
      "collector.remove_downtime",
      "collector.care",
      "collector.forget",
      "collector.run"};
}

void add_operator_agent(node::Agents& agents, Board& board)
{
  auto document = ddl::read_document(builtin_ddl_text("collector"));
  if (!document) {
    throw std::logic_error{"the built-in DDL of collector: " + document.error().message};
  }
  using protocol::Request;
  std::map<std::string, node::Agents::Action> actions;
  actions["status"] = at_once([&board](const Request& request) { return tell_status(board, request.data); });
  actions["history"] =
      at_once([&board](const Request& request) { return tell_history(board, request.data); });
  actions["graph"] = [&board, pictures = std::make_shared<Pictures>()](ActionCall call) {
    return tell_graph(board, pictures, std::move(call.request.data));
  };
  actions["values"] = [&board](ActionCall call) { return tell_values(board, std::move(call.request.data)); };
  actions["schedules"] = at_once([&board](const Request&) { return tell_schedules(board); });
  actions["run"] = at_once([&board](const Request& request) {
    return outcome(board.run_schedule(text(request.data, "schedule")));
  });
  actions["acknowledge"] = at_once([&board](const Request& request) { return acknowledge(board, request); });
  actions["unacknowledge"] = at_once([&board](const Request& request) {
    return outcome(board.unacknowledge({target_in(request.data)}, request.caller, Tell::away));
  });
  actions["downtimes"] = at_once([&board](const Request&) { return tell_downtimes(board); });
  actions["downtime"] = at_once([&board](const Request& request) { return add_downtime(board, request); });
  actions["remove_downtime"] = at_once([&board](const Request& request) {
    return outcome(board.remove_downtime(text(request.data, "downtime"), request.caller, Tell::away));
  });
  actions["care"] = at_once([&board](const Request& request) { return take_care(board, request); });
  actions["forget"] = at_once([&board](const Request& request) { return forget_check(board, request); });
  agents.add(std::move(*document), std::move(actions));
}

}  // namespace muster::collector
