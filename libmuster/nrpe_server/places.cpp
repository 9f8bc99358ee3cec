// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe_server/places.hpp"

namespace muster::nrpe_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string text_of(const tcp::endpoint& place)
{
  const auto address = place.address().to_string();
  return (place.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(place.port());
}

Expected<nrpe::Address> address_of(const tcp::endpoint& place)
{
  const auto text = place.address().to_string();
  return nrpe::parse_address(text.substr(0, text.find('%')));
}

std::string client_of(const tcp::endpoint& place)
{
  const auto address = place.address();
  const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
                : address.to_string();
}

Expected<std::vector<tcp::endpoint>> places_of(
    const asio::any_io_executor& executor, const std::vector<std::string>& names, std::uint16_t port)
{
  if (names.empty()) {
    return std::vector{tcp::endpoint{tcp::v4(), port}, tcp::endpoint{tcp::v6(), port}};
  }
  std::vector<tcp::endpoint> places;
  tcp::resolver resolver{executor};
  for (const auto& name : names) {
    error_code unknown;
    const auto found = resolver.resolve(name, std::to_string(port), tcp::resolver::passive, unknown);
    if (unknown) {
      return failure(ErrorCode::not_found, "cannot listen at \"" + name + "\": " + unknown.message());
    }
    for (const auto& place : found) {
      places.push_back(place.endpoint());
    }
  }
  return places;
}

}  // namespace muster::nrpe_server
