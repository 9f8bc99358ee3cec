// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/jobs.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"

namespace muster::node {
namespace asio = boost::asio;
namespace log = runtime::log;
using protocol::Time;

namespace {

constexpr int aborted = 1;

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

JobRecord record_of(const protocol::Request& request, Time now)
{
  JobRecord record;
  record.id = request.id;
  record.caller = request.caller;
  record.agent = request.agent;
  record.action = request.action;
  record.inputs = request.data;
  record.started = now;
  record.deadline = now + request.detach;
  return record;
}

ActionReply begun(const std::string& id)
{
  ActionReply reply;
  reply.data["job"] = id;
  return reply;
}

ActionReply busy(std::string message)
{
  ActionReply reply;
  reply.refused = protocol::Refusal::busy;
  reply.message = std::move(message);
  return reply;
}

std::string what_went_wrong(const std::exception_ptr& failure)
{
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& bug) {
    return std::string{"the agent failed: "} + bug.what();
  }
}

void take_reply(JobRecord& record, ActionReply reply)
{
  const bool well = reply.status == 0 && !reply.refused;
  record.state = well ? JobState::done : JobState::failed;
  record.status = reply.refused ? aborted : reply.status;
  record.message = std::move(reply.message);
  record.data = std::move(reply.data);
}

}  // namespace

Jobs::Jobs(asio::any_io_executor executor, JobStore store, const Agents& agents)
    : executor_{std::move(executor)}, store_{std::move(store)}, agents_{agents}
{}

ActionReply Jobs::begin(const protocol::Request& request, Time now, OnEnd on_end)
{
  if (const auto* known = store_.find(request.id)) {
    return known->caller == request.caller ? begun(request.id)
                                           : failed(aborted, "somebody else has a job of that name");
  }
  if (auto refused = agents_.refuse(request)) {
    return std::move(*refused);
  }
  if (running_.size() >= most_running) {
    return busy(std::to_string(most_running) + " jobs are running here already");
  }
  const auto kept = store_.keep(record_of(request, now), now);
  changed_();
  if (!kept) {
    return failed(aborted, "not begun: its record cannot be kept: " + kept.error().message);
  }
  running_.emplace(request.id, std::make_shared<Running>(executor_, std::move(on_end)));
  start(request);
  return begun(request.id);
}

void Jobs::start(const protocol::Request& request)
{
  ActionCall call{request, std::chrono::steady_clock::now() + request.detach, true};
  const auto running = running_.at(request.id);
  // The coroutine may outlive these jobs, until the loop is destroyed; what can stop it lives as long.
  auto told = [this, running, id = request.id](const std::exception_ptr& failure, ActionReply reply) {
    ended(id, failure, std::move(reply));
  };
  asio::co_spawn(
      executor_,
      agents_.run(std::move(call)),
      asio::bind_cancellation_slot(running->stop.slot(), std::move(told)));
}

void Jobs::ended(const std::string& id, const std::exception_ptr& failure, ActionReply reply)
{
  const auto running = running_.extract(id).mapped();
  JobRecord record = *store_.find(id);
  record.finished = wall_clock_now();
  if (failure && !running->stopped_by.empty()) {
    record.state = JobState::cancelled;
    record.status = aborted;
    record.message = "cancelled by " + running->stopped_by;
  } else if (failure) {
    take_reply(record, failed(aborted, what_went_wrong(failure)));
  } else {
    take_reply(record, std::move(reply));
  }
  finish(std::move(record), running->on_end);
  running->over.cancel();
}

// Whoever asks learns the end in any case; that what it gave is lost is a part of it.
void Jobs::finish(JobRecord record, const OnEnd& on_end)
{
  if (const auto kept = store_.keep(record, record.finished); !kept) {
    record.message += " (what it gave could not be kept: " + kept.error().message + ")";
    log::error("job " + record.id + ": " + kept.error().message);
    static_cast<void>(store_.keep(record, record.finished));
  }
  changed_();
  on_end(record);
}

asio::awaitable<Expected<void>> Jobs::cancel(
    std::string id, std::string by, std::chrono::steady_clock::time_point deadline)
{
  const auto found = running_.find(id);
  if (found == running_.end()) {
    co_return failure(ErrorCode::not_found, "there is no job " + id + " that runs here");
  }
  const auto& agent = store_.find(id)->agent;
  if (agents_.stopping(agent) == Stopping::never) {
    co_return failure(
        ErrorCode::denied, "what agent " + agent + " has begun is not stopped half way: it ends by itself");
  }
  const auto running = found->second;
  running->stopped_by = by;
  running->over.expires_at(deadline);
  running->stop.emit(asio::cancellation_type::terminal);
  if (running_.contains(id)) {
    co_await running->over.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return Expected<void>{};
}

}  // namespace muster::node
