// SPDX-License-Identifier: Apache-2.0
//
// A fleet for the collector that is none: one connection that publishes presences and check results of as
// many nodes as wanted, each result in its place of its node's history, and answers what agent `recorder` of
// such a node would. Results come check by check, as a schedule asks for them, the nodes in an order of their
// own.
//
// usage: made_up_fleet PORT NODES CHECKS VALUES, and on stdin, one to a line, each answered by one line:
//   announce               publishes every node's presence                    announced NODES
//   asked                  how often nodes were asked for their history       asked TIMES
//   steady COUNT RATE      results, of which each hundredth check is bad      published COUNT NODE SEQ MS
//   changing COUNT RATE    results, of which each 20th changes its state      published COUNT NODE SEQ MS
//   size                   bytes of a presence, and of a result on average    size PRESENCE RESULT
// VALUES is how many perfdata a result has, RATE is results a second, 0 for as fast as the broker takes them.
// NODE and SEQ are those of the last one.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/recorder_page.hpp"
#include "libmuster/protocol/topics.hpp"
#include "tests/bench/bare_mqtt.hpp"

namespace {

using namespace muster;
using bench::Connection;
using Clock = std::chrono::steady_clock;

// mosquitto takes 1,000 unacknowledged, and hangs up on whoever sends more.
constexpr std::size_t window = 500;

// In a life of 40 results four are bad, one after the other: two changes, a soft problem that becomes hard.
constexpr std::size_t life = 40;
constexpr std::size_t bad_of_life = 4;
constexpr std::size_t one_bad_of = 100;

protocol::Time now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

class MadeUpFleet {
public:
  MadeUpFleet(int port, std::size_t nodes, std::size_t checks, std::size_t values)
      : checks_{checks}, values_{values}, seqs_(nodes), poll_{::epoll_create1(0)}, broker_{port, poll_}
  {
    broker_.on_publish = [this](std::string_view topic, std::string_view payload) { answer(topic, payload); };
    broker_.on_acknowledged = [this] { --in_flight_; };
    broker_.send(bench::connect_packet("made-up-fleet"));
    broker_.send(bench::subscribe_packet(topics_.request_to_node("+")));
    while (std::gcd(stride_, nodes) != 1) {
      ++stride_;
    }
  }

  // What a command has to say; empty for none that is known.
  std::string obey(const std::string& command)
  {
    std::size_t count = 0;
    std::size_t rate = 0;
    if (command == "announce") {
      announce();
      return fmt::format("announced {}", seqs_.size());
    }
    if (command == "asked") {
      return fmt::format("asked {}", asked_);
    }
    if (command == "size") {
      return fmt::format(
          "size {} {}", protocol::encode(presence_of(0)).size(), bytes_ / std::max<std::size_t>(sent_, 1));
    }
    const bool steady = std::sscanf(command.c_str(), "steady %zu %zu", &count, &rate) == 2;
    if (steady || std::sscanf(command.c_str(), "changing %zu %zu", &count, &rate) == 2) {
      return publish_results(count, static_cast<double>(rate), !steady);
    }
    return {};
  }

  void wait(int milliseconds) const { bench::poll_once(poll_, milliseconds); }

private:
  [[nodiscard]] static std::string name_of(std::size_t node)
  {
    return fmt::format("node{:05}.example.net", node);
  }

  [[nodiscard]] protocol::Presence presence_of(std::size_t node) const
  {
    protocol::Presence presence;
    presence.name = name_of(node);
    presence.instance = fmt::format("instance{:08}", node);
    presence.collectives = {"main"};
    presence.agents = {"nrpe", "recorder", "rpcutil"};
    presence.facts.set("location", FactValue{std::string{node % 2 == 0 ? "de" : "us"}});
    presence.facts.set("os", FactValue{std::string{"Debian 12"}});
    presence.classes = {"web_server"};
    presence.version = MUSTER_VERSION;
    presence.epoch = epoch_;
    presence.seq = static_cast<std::int64_t>(seqs_[node]);
    return presence;
  }

  void announce()
  {
    for (std::size_t node = 0; node < seqs_.size(); ++node) {
      const auto presence = presence_of(node);
      publish(topics_.presence(presence.name), protocol::encode(presence), true);
    }
    drain();
  }

  void publish(const std::string& topic, std::string_view payload, bool retained)
  {
    while (in_flight_ >= window) {
      wait(100);
    }
    ++in_flight_;
    broker_.send(bench::publish_packet(topic, payload, broker_.next_id(), retained));
  }

  void drain()
  {
    while (in_flight_ > 0) {
      wait(100);
    }
  }

  // A history that ends where it is: whoever asks has missed nothing.
  void answer(std::string_view topic, std::string_view payload)
  {
    const std::string node{topic.substr(topic.rfind('/') + 1)};
    const auto request = protocol::open_header(payload);
    const auto number = std::strtoul(node.c_str() + std::string_view{"node"}.size(), nullptr, 10);
    if (!request || number >= seqs_.size()) {
      return;
    }
    ++asked_;
    protocol::RecorderPage page;
    page.head = {epoch_, static_cast<std::int64_t>(seqs_[number])};
    protocol::Answer answer;
    answer.id = request->id;
    answer.node = node;
    answer.now = now();
    answer.message = "OK";
    answer.data = protocol::to_json(page);
    ++in_flight_;
    broker_.send(bench::publish_packet(
        topics_.reply(request->caller, request->session, node),
        protocol::encode(answer),
        broker_.next_id(),
        false));
  }

  std::string publish_results(std::size_t count, double rate, bool changing)
  {
    const auto started = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>{Clock::now() - started}.count(); };
    for (std::size_t done = 0; done < count; ++done) {
      while (rate > 0 && static_cast<double>(done) > elapsed() * rate) {
        wait(1);
      }
      publish_result(turn_++, changing);
    }
    drain();
    return fmt::format(
        "published {} {} {} {}",
        count,
        name_of(last_node_),
        seqs_[last_node_],
        static_cast<std::int64_t>(elapsed() * 1000));
  }

  void publish_result(std::size_t turn, bool changing)
  {
    const auto place = turn % (seqs_.size() * checks_);
    const auto node = place % seqs_.size() * stride_ % seqs_.size();
    const auto message = result_of(node, place / seqs_.size(), turn / (seqs_.size() * checks_), changing);
    const auto payload = protocol::encode(message);
    bytes_ += payload.size();
    ++sent_;
    last_node_ = node;
    publish(topics_.result(message.node), payload, false);
  }

  protocol::ResultMessage result_of(std::size_t node, std::size_t check, std::size_t round, bool changing)
  {
    const auto service = (node * checks_ + check) * 2654435761U % 1'000'003U;
    const bool bad = changing ? (service + round) % life < bad_of_life : service % one_bad_of == 0;
    const auto value = static_cast<double>(++random_ * 2654435761U % 10'000U) / 100;
    protocol::ResultMessage message;
    message.node = name_of(node);
    message.epoch = epoch_;
    message.seq = static_cast<std::int64_t>(++seqs_[node]);
    message.now = now();
    auto& result = message.result;
    result.check = fmt::format("check_number_{}", check);
    result.state = bad ? CheckState::critical : CheckState::ok;
    result.summary = fmt::format(
        "{} - load average per cpu: {:.2f}, {:.2f}, {:.2f}",
        bad ? "CRITICAL" : "OK",
        value,
        value / 2,
        value / 3);
    for (std::size_t label = 1; label <= values_; ++label) {
      result.perfdata += fmt::format("load{}={:.2f};95;98;0; ", label, value / static_cast<double>(label));
    }
    result.finished = message.now;
    result.started = message.now - std::chrono::milliseconds{12};
    result.origin = "collector@mon1";
    return message;
  }

  std::size_t checks_;
  std::size_t values_;
  std::vector<std::size_t> seqs_;  // of each node's last result
  std::int64_t epoch_ = now().time_since_epoch().count();
  std::size_t stride_ = 7919;  // from one node to the next one that gives a result; has no factor in common
  int poll_;
  Connection broker_;
  protocol::Topics topics_;
  std::size_t in_flight_ = 0;
  std::size_t asked_ = 0;
  std::size_t turn_ = 0;
  std::size_t sent_ = 0;
  std::size_t bytes_ = 0;
  std::size_t last_node_ = 0;
  std::uint64_t random_ = 0;
};

std::size_t number(const char* argument)
{
  return std::strtoul(argument, nullptr, 10);
}

bool stdin_is_ready()
{
  pollfd input{0, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

void serve(MadeUpFleet& fleet)
{
  while (true) {
    fleet.wait(20);
    std::string command;
    if (!stdin_is_ready()) {
      continue;
    }
    if (!std::getline(std::cin, command)) {
      return;
    }
    std::cout << fleet.obey(command) << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv)
{
  if (argc != 5) {
    std::fputs("usage: made_up_fleet PORT NODES CHECKS VALUES\n", stderr);
    return 64;
  }
  try {
    MadeUpFleet fleet{std::atoi(argv[1]), number(argv[2]), number(argv[3]), number(argv[4])};
    serve(fleet);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "made_up_fleet: %s\n", error.what());
    return 1;
  }
  return 0;
}
