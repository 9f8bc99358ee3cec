// SPDX-License-Identifier: Apache-2.0
//
// The broker's floor: what mosquitto needs to carry the messages of one fleet request, and nothing else. Bare
// sockets, one thread, no JSON, no signatures, no plugins: N nodes that answer at once with bytes of the
// right number, and a client that connects, subscribes, asks and counts, exactly as many messages at the same
// QoS as `mco nrpe` does.
//
// usage: broker_floor PORT NODES ROUNDS REQUEST_BYTES REPLY_BYTES RESULT_BYTES PRESENCE_BYTES
// prints the milliseconds of each round, one to a line, from the client's connect to its last message.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/bare_mqtt.hpp"

namespace {

using namespace muster::bench;

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_round{60};

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
    client.on_publish = [&](std::string_view topic, std::string_view) {
      ++(topic.starts_with("floor/presence/") ? presences : replies);
    };
    client.send(connect_packet("floor-client-" + std::to_string(++rounds_)));
    client.send(subscribe_packet("floor/reply/+") + subscribe_packet("floor/presence/+"));
    client.send(publish_packet("floor/request", std::string(sizes_.request, 'x'), client.next_id(), false));
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
    self->on_publish = [this, self, name](std::string_view, std::string_view) {
      self->send(
          publish_packet("floor/reply/" + name, std::string(sizes_.reply, 'x'), self->next_id(), false));
      self->send(
          publish_packet("floor/result/" + name, std::string(sizes_.result, 'x'), self->next_id(), false));
    };
    self->send(connect_packet(name) + subscribe_packet("floor/request"));
    self->send(
        publish_packet("floor/presence/" + name, std::string(sizes_.presence, 'x'), self->next_id(), true));
    nodes_.push_back(std::move(node));
    run_for(std::chrono::milliseconds{0});
  }

  // Lets everything that is still on its way arrive, so that rounds do not pay for one another.
  void settle() { run_for(std::chrono::milliseconds{200}); }

  void run_for(std::chrono::milliseconds quiet)
  {
    while (poll_once(poll_, static_cast<int>(quiet.count()))) {
    }
  }

  void run_until(const std::function<bool()>& done)
  {
    const auto deadline = Clock::now() + longest_round;
    while (!done()) {
      poll_once(poll_, 100);
      if (Clock::now() > deadline) {
        throw std::runtime_error{"a round took longer than a minute: messages were lost"};
      }
    }
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
