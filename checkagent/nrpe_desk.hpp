// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "checkagent/nrpe_agent.hpp"
#include "checkagent/nrpe_question.hpp"
#include "checkagent/run_queue.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/node/log_ration.hpp"
#include "libmuster/nrpe_server/connection.hpp"

namespace muster::checkagent {

// Answers what clients of an NrpeListener ask, and has it in log and audit log what became of each. Kept by
// the connections that it serves; one thread.
class NrpeDesk : public std::enable_shared_from_this<NrpeDesk> {
public:
  NrpeDesk(bool arguments_allowed, RunLimits limits, NrpeAgent& agent, node::AuditTrail& audit);

  // Nothing: refused, or the client has gone.
  boost::asio::awaitable<std::optional<nrpe_server::Reply>> answer(nrpe_server::Question question);

  void rejected(const std::string& client, const std::string& why);
  void undelivered(const std::string& client, const std::string& why);

private:
  boost::asio::awaitable<std::optional<nrpe_server::Reply>> run(
      NrpeQuestion asked, nrpe_server::Question question);
  [[nodiscard]] protocol::Request record_of(const std::string& client, const NrpeQuestion& asked);
  void refuse(const nrpe_server::Question& question, const std::string& why);
  static void warn(node::LogRation& ration, const std::string& line);

  bool arguments_allowed_;
  NrpeAgent& agent_;
  node::AuditTrail& audit_;
  std::shared_ptr<RunQueue> turns_;  // kept by each who waits in it
  node::LogRation of_strangers_;     // what they cause must not hide what happens to those who are let in
  node::LogRation of_clients_;
  std::uint64_t asked_ = 0;
};

nrpe_server::Handlers handlers_of(const std::shared_ptr<NrpeDesk>& desk);

}  // namespace muster::checkagent
