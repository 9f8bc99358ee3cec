// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "checkagent/nrpe_agent.hpp"
#include "checkagent/nrpe_listener_settings.hpp"
#include "checkagent/run_queue.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/nrpe_server/listener.hpp"
#include "libmuster/runtime/file_stamp.hpp"

namespace muster::checkagent {

class NrpeDesk;

// The port on which a Nagios with an unchanged check_nrpe finds this node while it moves from nrpe to Muster:
// docs/nrpe-listener.md. Runs take their turn in the queue of all runs, as many at a time as plugins may run,
// and are check results if they have no arguments. Owned by the daemon; one thread.
class NrpeListener {
public:
  // `limits` are those of the queue behind `agent`. Both references are used as long as clients are served.
  NrpeListener(
      boost::asio::any_io_executor executor,
      NrpeListenerSettings settings,
      std::string node,
      RunLimits limits,
      NrpeAgent& agent,
      node::AuditTrail& audit);
  ~NrpeListener();
  NrpeListener(const NrpeListener&) = delete;
  NrpeListener& operator=(const NrpeListener&) = delete;
  NrpeListener(NrpeListener&&) = delete;
  NrpeListener& operator=(NrpeListener&&) = delete;

  // Whenever nrpe.cfg may have changed, and now and then: opens the port if it is not open, and anew if what
  // the files say of it has changed. A port that nrpe still has becomes ours when nrpe ends.
  void look();

  // For presence: why nobody is served; empty if all is well.
  [[nodiscard]] const std::vector<std::string>& health() const { return health_; }

private:
  [[nodiscard]] std::vector<runtime::FileStamp> stamps() const;
  void open(const std::map<std::string, std::string>& directives);
  void fail(const std::string& why);
  void tell(const ListenerPlan& plan);

  boost::asio::any_io_executor executor_;
  NrpeListenerSettings settings_;
  std::string node_;
  NrpeAgent& agent_;
  std::shared_ptr<NrpeDesk> desk_;
  std::unique_ptr<nrpe_server::Listener> listener_;
  std::optional<std::map<std::string, std::string>> directives_;  // those it was opened with
  std::vector<std::filesystem::path> files_;                      // of TLS
  std::vector<runtime::FileStamp> stamps_;
  std::vector<std::string> health_;
};

}  // namespace muster::checkagent
