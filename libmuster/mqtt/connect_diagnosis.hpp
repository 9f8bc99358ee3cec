// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// Why no connection to `broker` (mqtts://host:port) can be made, found out by making one: the host name does
// not resolve, the connection is refused, nobody answers, a file is missing, the broker's certificate has
// expired, is not of our authority or names another host. Empty if nothing is wrong with TCP and TLS.
//
// Blocks, for `each` with every one of the host's addresses; resolving its name may take longer. From any
// thread.
std::string why_no_connection(const std::string& broker, const TlsFiles& tls, std::chrono::milliseconds each);

// Why the connects of one client fail, in words. Paho tells all the reasons above with one and the same
// sentence.
//
// Lives on the client's executor and never holds it up: looks on a thread of its own, which a silent name
// server may keep for longer than this object lives, and gives up waiting for it after some seconds. What it
// has found holds for a minute, so that a node that cannot connect for hours does not ask its broker twice
// every time.
class ConnectDiagnosis {
public:
  using Then = std::function<void(const std::string& reason)>;

  explicit ConnectDiagnosis(const boost::asio::any_io_executor& executor) : timer_{executor} {}

  // Calls `then` on the executor, from here or later, with an empty reason if none was found. One at a time:
  // a second call before that drops the first one's `then`.
  void find(const std::string& broker, const TlsFiles& tls, Then then);

private:
  struct Found {
    std::string reason;
    std::chrono::steady_clock::time_point at;
  };

  void wait(std::chrono::steady_clock::time_point deadline);

  boost::asio::steady_timer timer_;
  std::map<std::string, Found> found_;  // by broker
  std::string broker_;
  std::future<std::string> looking_;
  Then then_;
};

}  // namespace muster::mqtt
