// SPDX-License-Identifier: Apache-2.0
//
// The broker's floor: what mosquitto needs to carry the messages of one fleet request, and nothing else. Bare
// sockets, one thread, no JSON, no signatures, no plugins: N nodes that answer at once with bytes of the
// right number, and a client that connects, subscribes, asks and counts, exactly as many messages at the same
// QoS as `mco nrpe` does.
//
// usage: broker_floor PORT NODES ROUNDS REQUEST_BYTES REPLY_BYTES RESULT_BYTES PRESENCE_BYTES
// prints the milliseconds of each round, one to a line, from the client's connect to its last message.

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_round{60};

// ----- MQTT 5 packets, as far as they are needed here

std::string two_bytes(std::size_t value)
{
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string text(std::string_view value)
{
  return two_bytes(value.size()) + std::string{value};
}

std::string packet(unsigned type_and_flags, const std::string& body)
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

std::string connect_packet(const std::string& client_id)
{
  return packet(0x10, text("MQTT") + "\x05\x02" + two_bytes(60) + std::string(1, '\0') + text(client_id));
}

std::string subscribe_packet(const std::string& filter)
{
  return packet(0x82, two_bytes(1) + std::string(1, '\0') + text(filter) + "\x01");
}

std::string publish_packet(const std::string& topic, std::size_t bytes, std::size_t id, bool retained)
{
  const unsigned flags = 0x32U | (retained ? 1U : 0U);
  return packet(flags, text(topic) + two_bytes(id) + std::string(1, '\0') + std::string(bytes, 'x'));
}

std::string acknowledge_packet(std::string_view id)
{
  return packet(0x40, std::string{id});
}

// ----- one connection

class Connection {
public:
  // Told of every PUBLISH: its topic.
  std::function<void(std::string_view)> on_publish;

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

  void read()
  {
    std::array<char, 65536> buffer{};
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      throw std::runtime_error{"the broker closed a connection"};
    }
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    while (take_packet()) {
    }
  }

  [[nodiscard]] std::size_t next_id() { return ++last_id_ % 65535 + 1; }

private:
  bool take_packet()
  {
    std::size_t length = 0;
    std::size_t header = 1;
    for (unsigned shift = 0;; shift += 7, ++header) {
      if (header >= input_.size()) {
        return false;
      }
      const auto digit = static_cast<unsigned char>(input_[header]);
      length |= static_cast<std::size_t>(digit & 0x7fU) << shift;
      if ((digit & 0x80U) == 0) {
        break;
      }
    }
    ++header;
    if (input_.size() < header + length) {
      return false;
    }
    const std::string whole = input_.substr(0, header + length);
    input_.erase(0, whole.size());
    handle(static_cast<unsigned char>(whole[0]), std::string_view{whole}.substr(header));
    return true;
  }

  void handle(unsigned type, std::string_view body)
  {
    if (type >> 4U != 3) {
      return;  // acknowledgements
    }
    const auto size = static_cast<std::size_t>(
        static_cast<unsigned char>(body[0]) << 8U | static_cast<unsigned char>(body[1]));
    if ((type & 0x06U) != 0) {
      send(acknowledge_packet(body.substr(2 + size, 2)));
    }
    on_publish(body.substr(2, size));
  }

  int socket_;
  std::string input_;
  std::size_t last_id_ = 0;
};

struct Sizes {
  std::size_t request = 0;
  std::size_t reply = 0;
  std::size_t result = 0;
  std::size_t presence = 0;
};

class Floor {
public:
  Floor(int port, std::size_t nodes, Sizes sizes) : port_{port}, sizes_{sizes}, poll_{::epoll_create1(0)}
  {
    for (std::size_t i = 0; i < nodes; ++i) {
      add_node("floor" + std::to_string(i));
    }
    settle();
  }

  double round()
  {
    const auto started = Clock::now();
    std::size_t replies = 0;
    std::size_t presences = 0;
    Connection client{port_, poll_};
    client.on_publish = [&](std::string_view topic) {
      ++(topic.starts_with("floor/presence/") ? presences : replies);
    };
    client.send(connect_packet("floor-client-" + std::to_string(++rounds_)));
    client.send(subscribe_packet("floor/reply/+") + subscribe_packet("floor/presence/+"));
    client.send(publish_packet("floor/request", sizes_.request, client.next_id(), false));
    run_until([&] { return replies >= nodes_.size() && presences >= nodes_.size(); });
    const std::chrono::duration<double, std::milli> taken = Clock::now() - started;
    settle();
    return taken.count();
  }

private:
  void add_node(const std::string& name)
  {
    auto node = std::make_unique<Connection>(port_, poll_);
    auto* self = node.get();
    self->on_publish = [this, self, name](std::string_view) {
      self->send(publish_packet("floor/reply/" + name, sizes_.reply, self->next_id(), false));
      self->send(publish_packet("floor/result/" + name, sizes_.result, self->next_id(), false));
    };
    self->send(connect_packet(name) + subscribe_packet("floor/request"));
    self->send(publish_packet("floor/presence/" + name, sizes_.presence, self->next_id(), true));
    nodes_.push_back(std::move(node));
    run_for(std::chrono::milliseconds{0});
  }

  // Lets everything that is still on its way arrive, so that rounds do not pay for one another.
  void settle() { run_for(std::chrono::milliseconds{200}); }

  void run_for(std::chrono::milliseconds quiet)
  {
    while (poll_once(static_cast<int>(quiet.count()))) {
    }
  }

  void run_until(const std::function<bool()>& done)
  {
    const auto deadline = Clock::now() + longest_round;
    while (!done()) {
      poll_once(100);
      if (Clock::now() > deadline) {
        throw std::runtime_error{"a round took longer than a minute: messages were lost"};
      }
    }
  }

  bool poll_once(int wait_ms)
  {
    std::array<epoll_event, 64> events{};
    const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), wait_ms);
    for (int i = 0; i < ready; ++i) {
      static_cast<Connection*>(events.at(static_cast<std::size_t>(i)).data.ptr)->read();
    }
    return ready > 0;
  }

  int port_;
  Sizes sizes_;
  int poll_;
  std::vector<std::unique_ptr<Connection>> nodes_;
  std::size_t rounds_ = 0;
};

std::size_t number(const char* argument)
{
  return std::strtoul(argument, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv)
{
  if (argc != 8) {
    std::fputs("usage: broker_floor PORT NODES ROUNDS REQUEST REPLY RESULT PRESENCE (bytes)\n", stderr);
    return 64;
  }
  try {
    Floor floor{
        static_cast<int>(number(argv[1])),
        number(argv[2]),
        {number(argv[4]), number(argv[5]), number(argv[6]), number(argv[7])}};
    for (std::size_t i = 0; i < number(argv[3]); ++i) {
      std::printf("%.3f\n", floor.round());
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "broker_floor: %s\n", error.what());
    return 1;
  }
  return 0;
}
