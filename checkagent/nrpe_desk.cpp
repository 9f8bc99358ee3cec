// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_desk.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using nrpe_server::Question;
using nrpe_server::Reply;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t most_waiting = 1024;       // more than connections there may be
constexpr std::chrono::minutes longest_turn{5};  // no check_nrpe waits so long
constexpr std::chrono::seconds slack{1};         // so that a plugin has all of command_timeout after its turn
constexpr std::size_t longest_shown = 256;       // of a question in the log
constexpr const char* session = "nrpe";          // where a signed request names its session

protocol::Time now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string origin_of(const std::string& client)
{
  return "nrpe@" + client;
}

std::string shown(const std::string& question)
{
  return "\"" + truncate_utf8(printable(question, false), longest_shown, "…") + "\"";
}

// As the agent does it for signed requests: what is not OK has status 1, and the state in words.
protocol::Answer answer_of(
    const protocol::Request& request, const std::optional<Reply>& reply, protocol::Time started)
{
  protocol::Answer answer;
  answer.id = request.id;
  answer.status = reply && reply->state == CheckState::ok ? 0 : 1;
  answer.message = reply ? to_string(reply->state) : "not run: the client has gone away";
  answer.started = started;
  answer.finished = now();
  return answer;
}

}  // namespace

NrpeDesk::NrpeDesk(bool arguments_allowed, RunLimits limits, NrpeAgent& agent, node::AuditTrail& audit)
    : arguments_allowed_{arguments_allowed},
      agent_{agent},
      audit_{audit},
      turns_{std::make_shared<RunQueue>(RunLimits{limits.concurrent, most_waiting})}
{}

asio::awaitable<std::optional<Reply>> NrpeDesk::answer(Question question)
{
  const auto self = shared_from_this();
  auto asked = read_nrpe_question(question.text, agent_.commands().settings, arguments_allowed_);
  if (!asked) {
    refuse(question, asked.error().message);
    co_return std::nullopt;
  }
  const auto started = now();
  const auto request = record_of(question.client, *asked);
  static_cast<void>(audit_.begins(request, false, started));
  std::optional<Reply> reply;
  if (agent_.commands().commands.contains(asked->check)) {
    reply = co_await run(std::move(*asked), question);
  } else if (asked->check == nrpe_version_question) {
    reply = Reply{CheckState::ok, std::string{nrpe_version_answer}};
  } else {
    reply = not_defined(asked->check);
  }
  audit_.ended(request, false, answer_of(request, reply, started));
  co_return reply;
}

// At most as many at a time as plugins may run: so those who ask over MQTT find room in the queue, and nobody
// who asks here is told that it is full.
asio::awaitable<std::optional<Reply>> NrpeDesk::run(NrpeQuestion asked, Question question)
{
  const auto turns = turns_;
  const auto latest = steady_clock::now() + longest_turn;
  auto turn = co_await (turns->enter(latest) || question.connection.gone());
  if (turn.index() == 1) {
    undelivered(question.client, "it went away while " + shown(question.text) + " waited for its turn");
    co_return std::nullopt;
  }
  const auto& permit = std::get<0>(turn);
  if (!permit) {
    co_return Reply{CheckState::unknown, "NRPE: " + permit.error().message};
  }
  const auto deadline = steady_clock::now() + 2 * agent_.commands().settings.command_timeout + slack;
  auto origin = origin_of(question.client);
  const auto run = co_await agent_.run_plain(
      std::move(asked.check), std::move(asked.arguments), deadline, std::move(origin));
  co_return run ? reply_to_nrpe(*run) : Reply{CheckState::unknown, "NRPE: " + run.error().message};
}

protocol::Request NrpeDesk::record_of(const std::string& client, const NrpeQuestion& asked)
{
  std::string arguments;
  for (const auto& argument : asked.arguments) {
    arguments += (arguments.empty() ? "" : "!") + argument;
  }
  protocol::Request request;
  request.caller = origin_of(client);
  request.session = session;
  request.id = std::to_string(++asked_);
  request.agent = "nrpe";
  request.action = "runcommand";
  request.data["command"] = to_valid_utf8(asked.check);
  if (!arguments.empty()) {
    request.data["args"] = to_valid_utf8(arguments);
  }
  return request;
}

void NrpeDesk::refuse(const Question& question, const std::string& why)
{
  const NrpeQuestion asked{question.text, {}};
  audit_.refused(record_of(question.client, asked), why, now(), false);
  warn(
      of_clients_,
      origin_of(question.client) + ": " + shown(question.text) + " is closed without an answer: " + why);
}

void NrpeDesk::rejected(const std::string& client, const std::string& why)
{
  const node::Dropped dropped{origin_of(client) + ": " + why};
  audit_.decided(dropped, {}, now());
  warn(of_strangers_, origin_of(client) + " is closed without an answer: " + printable(why, false));
}

void NrpeDesk::undelivered(const std::string& client, const std::string& why)
{
  warn(of_clients_, origin_of(client) + " has no answer: " + printable(why, false));
}

void NrpeDesk::warn(node::LogRation& ration, const std::string& line)
{
  switch (ration.next(steady_clock::now())) {
  case node::LogRation::Verdict::write:
    return runtime::log::warning(line);
  case node::LogRation::Verdict::say_that_it_ends:
    return runtime::log::warning("more of nrpe_listener is not written in this minute");
  case node::LogRation::Verdict::be_silent:
    return;
  }
}

nrpe_server::Handlers handlers_of(const std::shared_ptr<NrpeDesk>& desk)
{
  nrpe_server::Handlers handlers;
  handlers.answer = [desk](Question question) { return desk->answer(std::move(question)); };
  handlers.rejected = [desk](const std::string& client, const std::string& why) {
    desk->rejected(client, why);
  };
  handlers.undelivered = [desk](const std::string& client, const std::string& why) {
    desk->undelivered(client, why);
  };
  return handlers;
}

}  // namespace muster::checkagent
