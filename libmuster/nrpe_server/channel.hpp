// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "libmuster/error.hpp"

namespace muster::nrpe_server {

// The bytes of one connection, in the clear or through TLS. It has no deadlines of its own: close() ends
// whatever waits. Owned by its connection; one thread.
class Channel {
public:
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  Channel(Channel&&) = delete;
  Channel& operator=(Channel&&) = delete;

  // Before anything else: the handshake of TLS. Fails with what is wrong, in OpenSSL's words.
  virtual boost::asio::awaitable<Expected<void>> greet() = 0;

  // Some bytes; 0 at the end.
  virtual boost::asio::awaitable<Expected<std::size_t>> read_some(boost::asio::mutable_buffer into) = 0;

  // All of them.
  virtual boost::asio::awaitable<Expected<void>> write(const std::string& bytes) = 0;

  // Says that nothing more comes, and waits for the other side to say so too: a socket that is closed with
  // something unread in it takes back what was written.
  virtual boost::asio::awaitable<void> finish() = 0;

  // Until the other side has gone away, while nothing is read or written. Whoever only says that it sends
  // nothing more is taken for gone, as it cannot be told apart.
  virtual boost::asio::awaitable<void> gone() = 0;

  virtual void close() = 0;
};

std::unique_ptr<Channel> make_plain_channel(boost::asio::ip::tcp::socket socket);

}  // namespace muster::nrpe_server
