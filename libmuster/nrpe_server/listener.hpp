// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/nrpe/allowed_hosts.hpp"
#include "libmuster/nrpe_server/connection.hpp"
#include "libmuster/nrpe_server/tls.hpp"

namespace muster::nrpe_server {

struct ListenerOptions {
  // IP addresses or host names; none: every address of this machine, IPv4 and IPv6. A name is looked up when
  // the listener opens, which waits for it.
  std::vector<std::string> addresses;
  std::uint16_t port = 5666;
  nrpe::AllowedHosts allowed_hosts;
  std::optional<TlsOptions> tls;  // none: in the clear
  ConnectionLimits limits;
  std::size_t connections = 256;  // at once; those beyond wait in the kernel, as many as `backlog`
};

// Waits for clients of NRPE, lets in who may come in, and has their questions answered. One executor, of a
// single thread.
class Listener {
public:
  static constexpr int backlog = 1024;  // a monitoring that asks for all its checks at once is not refused

  // Fails with `denied` or `io_failure` if an address cannot be had or a file of TLS is not as it should be.
  static Expected<std::unique_ptr<Listener>> open(
      const boost::asio::any_io_executor& executor, ListenerOptions options, Handlers handlers);

  // Takes nobody in any more. Whoever is in is still answered; what the handlers refer to must be there.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  // "127.0.0.1:5666", one for each socket.
  [[nodiscard]] std::vector<std::string> places() const;

private:
  class Core;

  explicit Listener(std::shared_ptr<Core> core) : core_{std::move(core)} {}

  std::shared_ptr<Core> core_;
};

}  // namespace muster::nrpe_server
