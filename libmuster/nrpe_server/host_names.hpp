// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "libmuster/nrpe/allowed_hosts.hpp"

namespace muster::nrpe_server {

// The addresses behind the names of allowed_hosts. nrpe looks names up for each connection; here one look-up
// serves those that come at the same time and shortly after. It happens when somebody comes, so that nothing
// wakes up otherwise, and on the thread that Asio has for it. One thread.
class HostNames {
public:
  static constexpr std::chrono::seconds good_for{
      60};  // whoever is known is let in for so long without asking
  static constexpr std::chrono::seconds retry_after{
      5};  // whoever is not known makes us ask again, at most so often
  static constexpr std::chrono::seconds patience{5};  // with the name server, of a client that waits

  HostNames(const boost::asio::any_io_executor& executor, std::vector<std::string> names);

  [[nodiscard]] bool none() const;

  // Whether this address is behind one of the names. A name that cannot be looked up keeps the addresses it
  // had: a name server that is down must not blind the monitoring.
  [[nodiscard]] boost::asio::awaitable<bool> include(nrpe::Address address) const;

private:
  struct State;

  static boost::asio::awaitable<void> look_up(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace muster::nrpe_server
