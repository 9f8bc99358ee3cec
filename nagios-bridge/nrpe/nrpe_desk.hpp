// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "libmuster/node/log_ration.hpp"
#include "libmuster/nrpe_server/connection.hpp"
#include "nagios-bridge/asking/asked_check.hpp"
#include "nagios-bridge/asking/asking_session.hpp"

namespace muster::bridge {

// Answers what clients of one NRPE listener of the bridge ask, from the nodes. Whatever stands in the way is
// told as UNKNOWN with a sentence, which a monitor shows. Kept by the connections that it serves; one thread.
class NrpeDesk : public std::enable_shared_from_this<NrpeDesk> {
public:
  // `session` is used as long as clients are served. `timeout`: from a question to its answer.
  NrpeDesk(QuestionRules rules, std::chrono::milliseconds timeout, AskingSession& session);

  // Nothing: the client has gone.
  boost::asio::awaitable<std::optional<nrpe_server::Reply>> answer(nrpe_server::Question question);

  void rejected(const std::string& client, const std::string& why);
  void undelivered(const std::string& client, const std::string& why);

private:
  static void warn(node::LogRation& ration, const std::string& line);

  QuestionRules rules_;
  std::chrono::milliseconds timeout_;
  AskingSession& session_;
  node::LogRation of_strangers_;  // what they cause must not hide what happens to those who are let in
  node::LogRation of_clients_;
};

nrpe_server::Handlers handlers_of(const std::shared_ptr<NrpeDesk>& desk);

}  // namespace muster::bridge
