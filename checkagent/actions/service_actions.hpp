// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/program.hpp"
#include "checkagent/actions/service_unit.hpp"

namespace muster::checkagent::actions {

// Agent `service`: status, start, stop, restart, through systemctl. Must outlive its coroutines. The service
// that contains us is changed after the outcome has been told.
class ServiceActions {
public:
  struct Options {
    std::filesystem::path systemctl;  // empty: this node has none
    std::string own_service = "checkagent";
  };

  ServiceActions(Options options, RunProgram run);

  boost::asio::awaitable<Outcome> perform(Task task);

private:
  boost::asio::awaitable<Expected<ServiceUnit>> ask(std::string unit, std::chrono::milliseconds timeout);
  boost::asio::awaitable<Outcome> tell_status(std::string service, Task task);
  boost::asio::awaitable<Outcome> change(ServiceChange change, std::string service, Task task);
  boost::asio::awaitable<Outcome> carry_out(ServiceChange change, std::string service, Task task);
  boost::asio::awaitable<void> carry_out_later(ServiceChange change, std::string unit);
  [[nodiscard]] bool is_own(const std::string& unit) const;

  Options options_;
  RunProgram run_;
};

}  // namespace muster::checkagent::actions
