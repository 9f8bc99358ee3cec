// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace muster::nrpe_server {

// What somebody may send after its question, before the connection is cut: a whole packet too much.
inline constexpr std::size_t most_unread = std::size_t{128} * 1024;

// Ends the sending side, and reads until the other side has done so, too. Fails silently.
boost::asio::awaitable<void> say_goodbye(boost::asio::ip::tcp::socket& socket);

}  // namespace muster::nrpe_server
