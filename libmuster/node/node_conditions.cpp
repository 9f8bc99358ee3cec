// SPDX-License-Identifier: Apache-2.0
//
// Of Node: a request with a compound filter that the gate has let through. Whether it is meant for this node
// may hang on data functions, which take time.
#include <utility>

#include "libmuster/node/node.hpp"

namespace muster::node {
namespace asio = boost::asio;

namespace {

ActionReply refusal(protocol::Refusal reason, std::string message)
{
  ActionReply reply;
  reply.refused = reason;
  reply.message = std::move(message);
  return reply;
}

}  // namespace

// If it is not, the request has been answered when this returns. The facts and classes are those of the
// moment when the request is to run, which with a splay is later than it came.
asio::awaitable<bool> Node::is_meant(
    const protocol::Request& request, std::chrono::steady_clock::time_point deadline, Time received)
{
  static const DataFunctions none;
  const Time started = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto filter = CompiledFilter::compile(request.filter).value();  // the gate has compiled it before
  NodeAtAMoment moment{
      options_.name,
      facts_,
      classes_.value_or(std::vector<std::string>{}),
      classes_.has_value(),
      agent_names_};
  FunctionRequest asked{{}, {}, deadline, request.caller};
  auto meant = co_await find_out_if_meant(
      filter, std::move(moment), functions_ == nullptr ? none : *functions_, std::move(asked));
  if (meant.verdict == Verdict::unknown && meant.at_another_time) {
    // "Not meant" would be a guess, and would hide this node from whoever counts on it.
    finish(request, received, started, refusal(protocol::Refusal::busy, "filter: " + meant.why));
  } else if (meant.verdict == Verdict::unknown && !classes_ && filter.asks_for_classes()) {
    std::string why = "the classes of this node cannot be read: " + classes_.error().message;
    finish(request, received, started, refusal(protocol::Refusal::policy, std::move(why)));
  } else if (meant.verdict != Verdict::yes) {
    finish_not_meant(request, std::move(meant.why));
  }
  co_return meant.verdict == Verdict::yes;
}

void Node::finish_not_meant(const protocol::Request& request, std::string why)
{
  ++counters_.not_meant;
  const ReplyAddress to{request.caller, request.session, request.id};
  const bool direct = request.to.kind == protocol::Target::Kind::node;
  protocol::Answer told;
  told.id = request.id;
  told.node = options_.name;
  told.now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  told.outcome = protocol::Outcome::not_meant;
  told.message = std::move(why);
  std::string payload = protocol::encode(told);
  gate_.answered(request, payload);
  if (request.reply == protocol::ReplyMode::all) {
    send(to, std::move(payload), direct ? mqtt::Qos::at_least_once : mqtt::Qos::at_most_once);
  }
}

}  // namespace muster::node
