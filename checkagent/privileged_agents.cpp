// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged_agents.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "checkagent/actions/privileged_messages.hpp"
#include "checkagent/builtin_ddls.hpp"

namespace muster::checkagent {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using asio::local::stream_protocol;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// muster-privileged answers this much before the node's own answer is due.
constexpr milliseconds time_to_answer{200};

Expected<std::string> nobody_there(const std::filesystem::path& socket, const std::string& why)
{
  return failure(
      ErrorCode::not_found,
      "muster-privileged, which does this as root, is not reachable at " + socket.string() + ": " + why +
          "; systemctl enable --now muster-privileged.socket");
}

// One line there, one line back.
asio::awaitable<Expected<std::string>> exchange(std::filesystem::path path, std::string line)
{
  stream_protocol::socket socket{co_await asio::this_coro::executor};
  const stream_protocol::endpoint endpoint{path.string()};
  const auto [refused] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (refused) {
    co_return nobody_there(path, refused.message());
  }
  co_await asio::async_write(socket, asio::buffer(line), asio::as_tuple(asio::use_awaitable));
  std::string reply;
  auto buffer = asio::dynamic_buffer(reply, actions::largest_privileged_reply + 1);
  const auto [broken, count] =
      co_await asio::async_read_until(socket, buffer, '\n', asio::as_tuple(asio::use_awaitable));
  if (broken) {
    co_return failure(ErrorCode::disconnected, "muster-privileged gave no answer: " + broken.message());
  }
  reply.resize(count - 1);
  co_return reply;
}

asio::awaitable<void> pass_until(steady_clock::time_point deadline)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, deadline};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

node::ActionReply reply_of(actions::Outcome outcome)
{
  node::ActionReply reply;
  reply.status = outcome.status;
  reply.message = std::move(outcome.message);
  reply.data = std::move(outcome.data);
  return reply;
}

// Who reads it on the node knows whom to ask.
void name_the_caller(const protocol::Request& asked, protocol::json::object& inputs)
{
  if (asked.agent == "puppet" && asked.action == "disable" && !inputs.contains("message")) {
    inputs["message"] = "Disabled via Muster by " + asked.caller;
  }
}

}  // namespace

asio::awaitable<node::ActionReply> ask_privileged(std::filesystem::path socket, node::ActionCall call)
{
  const auto deadline = call.deadline - time_to_answer;
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  actions::PrivilegedRequest request;
  request.agent = call.request.agent;
  request.action = call.request.action;
  request.inputs = call.request.data;
  request.deadline = std::max(left, milliseconds{1});
  name_the_caller(call.request, request.inputs);
  std::string line = actions::encode(request);
  auto answered = co_await (exchange(std::move(socket), std::move(line)) || pass_until(deadline));
  const auto* text = std::get_if<Expected<std::string>>(&answered);
  if (text == nullptr) {
    co_return node::failed(
        actions::status_aborted, "muster-privileged gave no answer in time; what it began goes on");
  }
  if (!*text) {
    co_return node::failed(actions::status_aborted, text->error().message);
  }
  auto outcome = actions::parse_privileged_reply(**text);
  if (!outcome) {
    co_return node::failed(actions::status_other, "muster-privileged: " + outcome.error().message);
  }
  co_return reply_of(*std::move(outcome));
}

void add_privileged_agents(node::Agents& agents, const std::filesystem::path& socket)
{
  for (const auto* name : {"package", "service", "puppet"}) {
    auto document = builtin_ddl(name);
    std::map<std::string, node::Agents::Action> actions;
    for (const auto& action : document.agent.actions) {
      actions[action.name] = [socket](node::ActionCall call) {
        return ask_privileged(socket, std::move(call));
      };
    }
    // muster-privileged goes on without us: a package tool that is killed leaves a broken system behind.
    agents.add(std::move(document), std::move(actions), node::Stopping::never);
  }
}

}  // namespace muster::checkagent
