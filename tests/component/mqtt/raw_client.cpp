// SPDX-License-Identifier: Apache-2.0
#include "tests/component/mqtt/raw_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace muster::test {

namespace {

constexpr unsigned char connect_type = 1;
constexpr unsigned char connack_type = 2;
constexpr unsigned char publish_type = 3;
constexpr unsigned char puback_type = 4;
constexpr unsigned char subscribe_type = 8;
constexpr unsigned char suback_type = 9;

std::string two_bytes(std::size_t number)
{
  return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
}

std::string text(const std::string& value)
{
  return two_bytes(value.size()) + value;
}

std::string variable_length(std::size_t number)
{
  std::string bytes;
  do {
    const auto low = number & 0x7fU;
    number >>= 7U;
    bytes += static_cast<char>(number > 0 ? low | 0x80U : low);
  } while (number > 0);
  return bytes;
}

}  // namespace

RawClient::RawClient(int port, const std::string& client_id)
    : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
{
  const timeval limit{30, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error{"no connection to the broker"};
  }
  constexpr char clean_start = 2;
  const std::string keep_alive = two_bytes(0);
  const std::string no_properties(1, '\0');
  send(
      connect_type << 4U, text("MQTT") + '\x05' + clean_start + keep_alive + no_properties + text(client_id));
  wait_for(connack_type);
}

RawClient::~RawClient()
{
  ::close(descriptor_);
}

void RawClient::subscribe(const std::string& topic_filter)
{
  const std::string no_properties(1, '\0');
  const std::string at_most_once(1, '\0');
  send(
      subscribe_type << 4U | 2U,
      two_bytes(++last_packet_) + no_properties + text(topic_filter) + at_most_once);
  wait_for(suback_type);
}

void RawClient::publish(const std::string& topic, const std::string& payload, bool retained)
{
  const std::string no_properties(1, '\0');
  constexpr unsigned at_least_once = 2;
  send(
      static_cast<unsigned char>(publish_type << 4U | at_least_once | (retained ? 1U : 0U)),
      text(topic) + two_bytes(++last_packet_) + no_properties + payload);
  wait_for(puback_type);
}

RawClient::Received RawClient::receive()
{
  const auto packet = wait_for(publish_type);
  const auto byte = [&packet](std::size_t at) { return static_cast<unsigned char>(packet.body.at(at)); };
  const auto topic_size = static_cast<std::size_t>(byte(0) << 8U | byte(1));
  const std::size_t properties_size = byte(2 + topic_size);  // ours are short: one byte says it
  return {packet.body.substr(2, topic_size), packet.body.substr(3 + topic_size + properties_size)};
}

void RawClient::send(unsigned char type, const std::string& body) const
{
  const std::string packet = static_cast<char>(type) + variable_length(body.size()) + body;
  if (::send(descriptor_, packet.data(), packet.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(packet.size())) {
    throw std::runtime_error{"the broker does not listen"};
  }
}

std::string RawClient::read(std::size_t size) const
{
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::recv(descriptor_, bytes.data() + have, size - have, 0);
    if (got <= 0) {
      throw std::runtime_error{"nothing came from the broker"};
    }
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

RawClient::Packet RawClient::read_packet() const
{
  Packet packet;
  packet.type = static_cast<unsigned char>(static_cast<unsigned char>(read(1)[0]) >> 4U);
  std::size_t size = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(read(1)[0]);
    size |= static_cast<std::size_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) {
      break;
    }
  }
  packet.body = read(size);
  return packet;
}

RawClient::Packet RawClient::wait_for(unsigned char type)
{
  const auto early = std::find_if(
      early_.begin(), early_.end(), [type](const Packet& packet) { return packet.type == type; });
  if (early != early_.end()) {
    Packet packet = std::move(*early);
    early_.erase(early);
    return packet;
  }
  for (;;) {
    auto packet = read_packet();
    if (packet.type == type) {
      return packet;
    }
    early_.push_back(std::move(packet));
  }
}

}  // namespace muster::test
