// SPDX-License-Identifier: Apache-2.0
#include "tests/component/mqtt/scripted_broker.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::test {

namespace {

void limit_waiting(int descriptor)
{
  const timeval limit{30, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

std::string read_from(int descriptor, std::size_t size)
{
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::recv(descriptor, bytes.data() + have, size - have, 0);
    if (got <= 0) {
      throw std::runtime_error{"nothing came from the client"};
    }
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

ScriptedBroker::ScriptedBroker() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
{
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 1) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error{"no port to listen on"};
  }
  port_ = ntohs(address.sin_port);
  limit_waiting(listener_);
}

ScriptedBroker::~ScriptedBroker()
{
  ::close(client_);
  ::close(listener_);
}

void ScriptedBroker::accept()
{
  client_ = ::accept(listener_, nullptr, nullptr);
  if (client_ < 0) {
    throw std::runtime_error{"no client came"};
  }
  limit_waiting(client_);
}

std::string ScriptedBroker::read_packet()
{
  auto packet = read_from(client_, 1);
  std::size_t size = 0;
  unsigned char byte = 0x80;
  for (unsigned shift = 0; (byte & 0x80U) != 0; shift += 7) {
    byte = static_cast<unsigned char>(read_from(client_, 1)[0]);
    size |= static_cast<std::size_t>(byte & 0x7fU) << shift;
  }
  return packet + read_from(client_, size);
}

void ScriptedBroker::send(unsigned char first_byte, const std::string& packet) const
{
  const std::string bytes =
      std::string{static_cast<char>(first_byte), static_cast<char>(packet.size())} + packet;
  ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void ScriptedBroker::let_in()
{
  accept();
  read_packet();
  constexpr unsigned char connack = 0x20;
  send(connack, std::string(3, '\0'));
}

}  // namespace muster::test
