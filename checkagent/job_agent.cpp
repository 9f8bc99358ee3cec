// SPDX-License-Identifier: Apache-2.0
#include "checkagent/job_agent.hpp"

#include <map>
#include <memory>
#include <utility>

#include <boost/json/array.hpp>

#include "checkagent/builtin_ddls.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace json = protocol::json;

namespace {

constexpr int aborted = 1;

// The answer to a cancel leaves so much before it is due.
constexpr std::chrono::milliseconds time_to_answer{500};

// Of the list: what tells two jobs of one action apart.
constexpr std::size_t longest_given = 120;

// What the actions share.
struct View {
  node::Jobs& jobs;
  MayCall may_call;

  [[nodiscard]] bool may(const protocol::Request& asker, const node::JobRecord& record) const
  {
    return asker.caller == record.caller || may_call(asker.caller, record.agent, record.action);
  }
};

std::string job_named(const protocol::Request& request)
{
  return std::string{std::string_view{request.data.at("job").as_string()}};
}

node::ActionReply unknown_job(const std::string& id)
{
  node::ActionReply reply;
  reply.data["job"] = id;
  reply.data["state"] = "unknown";
  return reply;
}

node::ActionReply not_allowed(const node::JobRecord& record)
{
  return node::failed(
      aborted,
      "job " + record.id + " belongs to " + record.caller + ", and only who may call " + record.agent + " " +
          record.action + " here may see what it gave, or end it");
}

// "package=nginx version=1.2": its inputs in a line.
std::string given(const json::object& inputs)
{
  std::string text;
  for (const auto& [name, value] : inputs) {
    text += text.empty() ? "" : " ";
    text += name;
    text += "=";
    text += ddl::text_of(value);
  }
  return truncate_utf8(text, longest_given, "…");
}

node::ActionReply list(const View& view, const protocol::Request& request)
{
  json::array jobs;
  for (const auto& [id, record] : view.jobs.store().records()) {
    auto job = to_json(record, false);
    if (view.may(request, record)) {
      job["given"] = given(record.inputs);
    }
    jobs.push_back(std::move(job));
  }
  node::ActionReply reply;
  reply.data["jobs"] = std::move(jobs);
  return reply;
}

node::ActionReply status(const View& view, const protocol::Request& request)
{
  const auto id = job_named(request);
  const auto* record = view.jobs.store().find(id);
  if (record == nullptr) {
    return unknown_job(id);
  }
  node::ActionReply reply;
  reply.data = to_json(*record, view.may(request, *record));
  return reply;
}

node::ActionReply result(const View& view, const protocol::Request& request)
{
  const auto id = job_named(request);
  const auto* known = view.jobs.store().find(id);
  if (known == nullptr) {
    return unknown_job(id);
  }
  if (!view.may(request, *known)) {
    return not_allowed(*known);
  }
  auto record = view.jobs.store().read(id);
  if (!record) {
    return node::failed(aborted, "what job " + id + " gave cannot be read: " + record.error().message);
  }
  node::ActionReply reply;
  reply.data = to_json(*known, true);
  reply.data["data"] = std::move(record->data);
  return reply;
}

asio::awaitable<node::ActionReply> cancel(std::shared_ptr<const View> view, node::ActionCall call)
{
  const auto id = job_named(call.request);
  const auto* record = view->jobs.store().find(id);
  if (record == nullptr) {
    co_return unknown_job(id);
  }
  if (!view->may(call.request, *record)) {
    co_return not_allowed(*record);
  }
  node::ActionReply reply;
  if (record->state == node::JobState::running) {
    const auto stopped = co_await view->jobs.cancel(id, call.request.caller, call.deadline - time_to_answer);
    if (!stopped) {
      reply = node::failed(aborted, stopped.error().message);
    }
  }
  if (const auto* now = view->jobs.store().find(id)) {
    reply.data = to_json(*now, true);
  }
  co_return reply;
}

using Tell = node::ActionReply (*)(const View& view, const protocol::Request& request);

node::Agents::Action at_once(std::shared_ptr<const View> view, Tell tell)
{
  return [view = std::move(view), tell](node::ActionCall call) -> asio::awaitable<node::ActionReply> {
    co_return tell(*view, call.request);
  };
}

}  // namespace

void add_job_agent(node::Agents& agents, node::Jobs& jobs, MayCall may_call)
{
  const auto view = std::make_shared<const View>(View{jobs, std::move(may_call)});
  std::map<std::string, node::Agents::Action> actions;
  actions["list"] = at_once(view, list);
  actions["status"] = at_once(view, status);
  actions["result"] = at_once(view, result);
  actions["cancel"] = [view](node::ActionCall call) { return cancel(view, std::move(call)); };
  agents.add(builtin_ddl("job"), std::move(actions));
}

}  // namespace muster::checkagent
