// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// As little of MQTT 5 as the bench needs to speak with a broker on loopback, over bare sockets. One thread.
// What goes wrong is a std::runtime_error: a measurement with a hole in it is none.
namespace muster::bench {

inline std::string two_bytes(std::size_t value)
{
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

inline std::string text(std::string_view value)
{
  return two_bytes(value.size()) + std::string{value};
}

inline std::string packet(unsigned type_and_flags, const std::string& body)
{
  std::string whole(1, static_cast<char>(type_and_flags));
  std::size_t left = body.size();
  do {
    const std::size_t digit = left % 128;
    left /= 128;
    whole += static_cast<char>(left > 0 ? digit | 0x80U : digit);
  } while (left > 0);
  return whole + body;
}

// So that nobody has to ping.
inline constexpr std::size_t longest_keep_alive = 65535;

// Receive maximum 65,535, as every reader of a whole fleet has it.
inline std::string connect_packet(const std::string& client_id)
{
  const std::string properties{"\x03\x21\xff\xff", 4};
  return packet(
      0x10, text("MQTT") + "\x05\x02" + two_bytes(longest_keep_alive) + properties + text(client_id));
}

inline std::string subscribe_packet(const std::string& filter)
{
  return packet(0x82, two_bytes(1) + std::string(1, '\0') + text(filter) + "\x01");
}

// QoS 1.
inline std::string publish_packet(
    const std::string& topic, std::string_view payload, std::size_t id, bool retained)
{
  const unsigned flags = 0x32U | (retained ? 1U : 0U);
  return packet(flags, text(topic) + two_bytes(id) + std::string(1, '\0') + std::string{payload});
}

inline std::string acknowledge_packet(std::string_view id)
{
  return packet(0x40, std::string{id});
}

// One connection, which `poll` (an epoll) tells to read.
class Connection {
public:
  // Told of every PUBLISH, and of every PUBACK. Both are to be set before the first read.
  std::function<void(std::string_view topic, std::string_view payload)> on_publish;
  std::function<void()> on_acknowledged = [] {};

  Connection(int port, int poll) : socket_{::socket(AF_INET, SOCK_STREAM, 0)}
  {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error{"cannot connect to the broker"};
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket_, &event);
  }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  ~Connection() { ::close(socket_); }

  void send(std::string_view bytes) const
  {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        throw std::runtime_error{"the broker has gone"};
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // What has come, whole packets only; their acknowledgements go out together.
  void read()
  {
    std::array<char, 65536> buffer{};
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      throw std::runtime_error{"the broker closed a connection"};
    }
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    std::string_view rest{input_};
    while (take_packet(rest)) {
    }
    input_.erase(0, input_.size() - rest.size());
    send(acknowledgements_);
    acknowledgements_.clear();
  }

  [[nodiscard]] std::size_t next_id() { return ++last_id_ % 65535 + 1; }

private:
  // A number of 7 bits a byte at the front; false if it is not whole.
  static bool take_length(std::string_view& rest, std::size_t& length)
  {
    length = 0;
    for (unsigned shift = 0; !rest.empty(); shift += 7) {
      const auto digit = static_cast<unsigned char>(rest.front());
      rest.remove_prefix(1);
      length |= static_cast<std::size_t>(digit & 0x7fU) << shift;
      if ((digit & 0x80U) == 0) {
        return true;
      }
    }
    return false;
  }

  bool take_packet(std::string_view& rest)
  {
    auto after = rest.substr(rest.empty() ? 0 : 1);
    std::size_t length = 0;
    if (!take_length(after, length) || after.size() < length) {
      return false;
    }
    handle(static_cast<unsigned char>(rest.front()), after.substr(0, length));
    rest = after.substr(length);
    return true;
  }

  void handle(unsigned type, std::string_view body)
  {
    if (type >> 4U == 4) {
      on_acknowledged();
    }
    if (type >> 4U != 3) {
      return;
    }
    const auto size = static_cast<std::size_t>(
        static_cast<unsigned char>(body[0]) << 8U | static_cast<unsigned char>(body[1]));
    const auto topic = body.substr(2, size);
    body.remove_prefix(2 + size);
    if ((type & 0x06U) != 0) {
      acknowledgements_ += acknowledge_packet(body.substr(0, 2));
      body.remove_prefix(2);
    }
    std::size_t properties = 0;
    take_length(body, properties);
    on_publish(topic, body.substr(properties));
  }

  int socket_;
  std::string input_;
  std::string acknowledgements_;
  std::size_t last_id_ = 0;
};

// Reads on every connection that has something; false if none had for so long.
inline bool poll_once(int poll, int wait_ms)
{
  std::array<epoll_event, 64> events{};
  const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), wait_ms);
  for (int i = 0; i < ready; ++i) {
    static_cast<Connection*>(events.at(static_cast<std::size_t>(i)).data.ptr)->read();
  }
  return ready > 0;
}

}  // namespace muster::bench
