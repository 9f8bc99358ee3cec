// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "libmuster/error.hpp"
#include "libmuster/nrpe/allowed_hosts.hpp"

namespace muster::nrpe_server {

// The ends of a connection, in Asio's words and in ours.

// "10.0.0.1:5666" or "[::1]:5666".
std::string text_of(const boost::asio::ip::tcp::endpoint& place);

// Who is at the other end; without the zone of a link-local address, which says nothing about that.
Expected<nrpe::Address> address_of(const boost::asio::ip::tcp::endpoint& place);

// The same as text.
std::string client_of(const boost::asio::ip::tcp::endpoint& place);

// Every place to listen at, in order; without a name all addresses, IPv4 and IPv6. Looks names up, and waits
// for that. Fails with `not_found` and which name is none.
Expected<std::vector<boost::asio::ip::tcp::endpoint>> places_of(
    const boost::asio::any_io_executor& executor, const std::vector<std::string>& names, std::uint16_t port);

}  // namespace muster::nrpe_server
