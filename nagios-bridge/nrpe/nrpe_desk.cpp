// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_desk.hpp"

#include <utility>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/nrpe/nrpe_answers.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
using nrpe_server::Question;
using nrpe_server::Reply;

namespace {

constexpr std::size_t longest_shown = 256;  // of a question in the log

std::string shown(const Question& question)
{
  return "nrpe@" + question.client + ": \"" +
         truncate_utf8(printable(question.text, false), longest_shown, "…") + "\"";
}

}  // namespace

NrpeDesk::NrpeDesk(QuestionRules rules, std::chrono::milliseconds timeout, AskingSession& session)
    : rules_{std::move(rules)}, timeout_{timeout}, session_{session}
{}

asio::awaitable<std::optional<Reply>> NrpeDesk::answer(Question question)
{
  const auto self = shared_from_this();
  if (question.text == who_is_there) {
    co_return Reply{CheckState::ok, std::string{own_name}};
  }
  auto asked = read_asked_check(question.text, rules_);
  if (!asked) {
    warn(of_clients_, shown(question) + ": " + asked.error().message);
    co_return reply_without_result(asked.error().message);
  }
  log::debug(shown(question));
  const auto deadline = AskingSession::Clock::now() + timeout_;
  auto gone = question.connection.gone();
  auto result = co_await session_.ask(std::move(*asked), deadline, std::move(gone));
  if (!result) {
    warn(of_clients_, shown(question) + " is not asked: the client has gone away");
    co_return std::nullopt;
  }
  if (!*result) {
    warn(of_clients_, shown(question) + ": " + result->error().message);
    co_return reply_without_result(result->error().message);
  }
  co_return reply_with(**result);
}

void NrpeDesk::rejected(const std::string& client, const std::string& why)
{
  warn(of_strangers_, "nrpe@" + client + " is closed without an answer: " + printable(why, false));
}

void NrpeDesk::undelivered(const std::string& client, const std::string& why)
{
  warn(of_clients_, "nrpe@" + client + " has no answer: " + printable(why, false));
}

void NrpeDesk::warn(node::LogRation& ration, const std::string& line)
{
  switch (ration.next(std::chrono::steady_clock::now())) {
  case node::LogRation::Verdict::write:
    return log::warning(line);
  case node::LogRation::Verdict::say_that_it_ends:
    return log::warning("more of nrpe_listeners is not written in this minute");
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

}  // namespace muster::bridge
