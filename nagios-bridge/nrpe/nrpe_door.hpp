// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/nrpe_server/listener.hpp"
#include "libmuster/runtime/file_stamp.hpp"
#include "nagios-bridge/asking/asked_check.hpp"
#include "nagios-bridge/asking/asking_session.hpp"

namespace muster::bridge {

// One entry of `nrpe_listeners:`.
struct NrpeDoorSettings {
  nrpe_server::ListenerOptions options;
  QuestionRules rules;
  std::chrono::milliseconds timeout{9'000};  // a second less than check_nrpe's own
};

// "10.0.0.1, 10.0.0.2 port 5666", for people.
std::string place_of(const NrpeDoorSettings& settings);

// Whether it could be opened as far as its certificates go. Fails with what is wrong with which file.
Expected<void> check_files(const NrpeDoorSettings& settings);

// One port of the bridge for clients of NRPE. Owned by the daemon; one thread.
class NrpeDoor {
public:
  // `session` is used as long as clients are served.
  NrpeDoor(boost::asio::any_io_executor executor, NrpeDoorSettings settings, AskingSession& session);

  // Now and then: opens the port if it is not open, and anew if a certificate has changed. Until it can be,
  // it stays as it was.
  void look();

  // Takes nobody in any more; whoever is in is still answered.
  void close() { listener_.reset(); }

  // Why nobody is served, or not as the files have it now; empty if all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
  [[nodiscard]] std::vector<runtime::FileStamp> stamps() const;
  Expected<void> open();

  boost::asio::any_io_executor executor_;
  NrpeDoorSettings settings_;
  AskingSession& session_;
  std::unique_ptr<nrpe_server::Listener> listener_;
  std::vector<runtime::FileStamp> stamps_;
  std::string trouble_;
};

}  // namespace muster::bridge
