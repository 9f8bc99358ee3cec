// SPDX-License-Identifier: Apache-2.0
//
// The second half of Node: from a message on a request topic to its answer.
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/node/node.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::node {
namespace asio = boost::asio;
namespace log = runtime::log;
using protocol::Answer;
using protocol::Outcome;
using std::chrono::steady_clock;

namespace {

// An answer that cannot be delivered at once is worth keeping as long as its client waits.
constexpr std::chrono::seconds answer_expiry{60};

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// MCollective's status of what ran, whatever came of it; those above say that nothing did.
constexpr int aborted = 1;

// What a caller has to hear who waits for check results only: none will come.
bool is_trouble(const Answer& answer)
{
  return answer.outcome == Outcome::refused || answer.status > aborted;
}

ReplyAddress address_of(const protocol::Request& request)
{
  return {request.caller, request.session, request.id};
}

ActionReply broken(const std::string& why)
{
  ActionReply reply;
  reply.status = 5;
  reply.message = "the agent failed: " + why;
  return reply;
}

}  // namespace

NodeSelf Node::self() const
{
  return {options_.name, options_.collectives, agent_names_, facts_, classes_};
}

bool Node::may_call(const std::string& caller, const std::string& agent, const std::string& action) const
{
  return gate_.may_call(caller, agent, action, self());
}

void Node::on_request(const mqtt::Message& message)
{
  const Time now = wall_clock_now();
  auto decision = gate_.decide(message.payload, message.retained, self(), now);
  if (audit_ != nullptr) {
    audit_->decided(decision, message.payload, now);
  }
  last_refusals_.decided(decision, message.payload, now);
  std::visit([this](auto& decided) { carry_out(std::move(decided)); }, decision);
}

void Node::log_request(std::string_view what)
{
  switch (log_ration_.next(steady_clock::now())) {
  case LogRation::Verdict::write:
    log::warning(what);
    break;
  case LogRation::Verdict::say_that_it_ends:
    log::warning("more such requests within a minute than are worth a line: the rest is only counted");
    break;
  case LogRation::Verdict::be_silent:
    break;
  }
}

void Node::carry_out(const Dropped& dropped)
{
  ++counters_.dropped;
  log_request("request dropped: " + dropped.why);
}

void Node::carry_out(Refused refused)
{
  ++counters_.refused;
  log_request(
      "request refused: " + std::string{protocol::to_string(refused.reason)} +
      ": caller=" + refused.to.caller + " id=" + refused.to.id + ": " + refused.message);
  Answer told;
  told.outcome = Outcome::refused;
  told.reason = refused.reason;
  told.message = std::move(refused.message);
  answer(refused.to, told, refused.verified ? mqtt::Qos::at_least_once : mqtt::Qos::at_most_once);
}

void Node::carry_out(AskedAgain again)
{
  ++counters_.asked_again;
  if (!again.running) {
    send(again.to, std::move(again.answer), mqtt::Qos::at_least_once);
    return;
  }
  Answer told;
  told.outcome = Outcome::running;
  answer(again.to, told, mqtt::Qos::at_least_once);
}

void Node::carry_out(const NotMeant& not_meant)
{
  ++counters_.not_meant;
  if (not_meant.silent) {
    return;
  }
  Answer told;
  told.outcome = Outcome::not_meant;
  answer(not_meant.to, told, not_meant.direct ? mqtt::Qos::at_least_once : mqtt::Qos::at_most_once);
}

void Node::carry_out(Accepted accepted)
{
  ++counters_.accepted;
  asio::co_spawn(executor_, run(std::move(accepted.request), wall_clock_now()), asio::detached);
}

void Node::carry_out(Postponed postponed)
{
  ++counters_.accepted;
  asio::co_spawn(executor_, run_later(std::move(postponed), wall_clock_now()), asio::detached);
}

asio::awaitable<void> Node::run_later(Postponed postponed, Time received)
{
  asio::steady_timer timer{executor_, postponed.delay};
  co_await timer.async_wait(asio::use_awaitable);
  auto request = gate_.take_out_of_splay(postponed.payload);
  co_await run(std::move(request), received);
}

asio::awaitable<void> Node::run(protocol::Request request, Time received)
{
  ActionCall call{request, steady_clock::now() + request.wait};
  if (!request.filter.compound.empty() && !co_await is_meant(request, call.deadline, received)) {
    co_return;
  }
  const Time started = wall_clock_now();
  ActionReply reply;
  if (const auto recorded = put_on_record(request, started); !recorded) {
    reply.refused = protocol::Refusal::policy;
    reply.message = recorded.error().message;
    finish(request, received, started, std::move(reply));
    co_return;
  }
  if (request.detach.count() > 0) {
    finish(request, received, started, begin_job(request, started));
    co_return;
  }
  try {
    reply = co_await agents_.run(std::move(call));
  } catch (const std::exception& bug) {
    log::error("agent " + request.agent + ": " + bug.what());
    reply = broken(bug.what());
  }
  finish(request, received, started, std::move(reply));
}

ActionReply Node::begin_job(const protocol::Request& request, Time started)
{
  if (jobs_ == nullptr) {
    return failed(1, "this node keeps no jobs");
  }
  return jobs_->begin(
      request, started, [this, request](const JobRecord& record) { job_ended(request, record); });
}

// The audit has one outcome for each request that was accepted: of a job, its end.
void Node::job_ended(const protocol::Request& request, const JobRecord& record)
{
  Answer told;
  told.status = record.status;
  told.message = record.message;
  told.started = record.started;
  told.finished = record.finished;
  if (audit_ != nullptr) {
    audit_->ended(request, gate_.changes_node(request), told);
  }
}

Expected<void> Node::put_on_record(const protocol::Request& request, Time started)
{
  return audit_ == nullptr ? Expected<void>{} : audit_->begins(request, gate_.changes_node(request), started);
}

void Node::finish(const protocol::Request& request, Time received, Time started, ActionReply reply)
{
  Answer told;
  told.id = request.id;
  told.node = options_.name;
  told.now = wall_clock_now();
  told.message = std::move(reply.message);
  told.received = received;
  told.started = started;
  told.finished = told.now;
  if (reply.refused) {
    ++counters_.refused;
    told.outcome = Outcome::refused;
    told.reason = *reply.refused;
    last_refusals_.refused(request, told.reason, told.message, told.now);
  } else {
    told.status = reply.status;
    told.data = std::move(reply.data);
  }
  std::string payload = protocol::encode(told);
  gate_.answered(request, payload);
  const bool goes_on = request.detach.count() > 0 && told.outcome == Outcome::done && told.status == 0;
  if (audit_ != nullptr && !goes_on) {
    audit_->ended(request, gate_.changes_node(request), told);
  }
  if (request.reply != protocol::ReplyMode::trouble || is_trouble(told)) {
    send(address_of(request), std::move(payload), mqtt::Qos::at_least_once);
  }
}

void Node::answer(const ReplyAddress& to, const Answer& told, mqtt::Qos qos)
{
  Answer complete = told;
  complete.id = to.id;
  complete.node = options_.name;
  complete.now = wall_clock_now();
  send(to, protocol::encode(complete), qos);
}

void Node::send(const ReplyAddress& to, std::string payload, mqtt::Qos qos)
{
  mqtt::Message message;
  message.topic = options_.topics.reply(to.caller, to.session, options_.name);
  message.payload = std::move(payload);
  message.qos = qos;
  message.expiry = answer_expiry;
  client_.publish(std::move(message));
}

void Node::publish_result(const protocol::ResultMessage& result)
{
  announcement_.set_position(result.epoch, result.seq);
  mqtt::Message message;
  message.topic = options_.topics.result(options_.name);
  message.payload = protocol::encode(result);
  client_.publish(std::move(message));
}

}  // namespace muster::node
