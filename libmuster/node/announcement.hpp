// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/protocol/messages.hpp"

namespace muster::node {

// Keeps what a node says of itself in its presence, and tells whether there is news. Pure.
class Announcement {
public:
  // Of facts and classes together, as JSON: 10,000 presences travel in every roll-call.
  static constexpr std::size_t most_announced_bytes = 512;
  static constexpr std::size_t longest_health_sentence = 400;
  static constexpr std::size_t most_health_sentences = 16;

  Announcement(
      std::string name,
      std::string instance,
      std::vector<std::string> collectives,
      std::vector<std::string> agents);

  // The facts at `paths` that exist, in this order, then classes in order, as far as the room goes and as
  // every reader of a presence can take them.
  void set_facts(
      const Facts& facts, const std::vector<std::string>& paths, const std::vector<std::string>& classes);

  // After set_facts(): nobody may take the list of classes for the whole.
  void leave_classes_open() { presence_.all_classes = false; }

  // Which of its brokers it is connected to: "mqtts://host:port", as its configuration has it.
  void set_broker(std::string_view url);

  // True if that is news.
  bool set_agents(std::vector<std::string> agents);

  // What is broken, by who found it; an empty list: nothing of that kind any more. True if that is news.
  bool set_health(const std::string& source, std::vector<std::string> sentences);

  void set_position(std::int64_t epoch, std::int64_t seq);

  // The will is left with a broker before it is known which one takes the connection: `gone` names none.
  [[nodiscard]] protocol::Presence presence(protocol::NodeState state) const;

private:
  protocol::Presence presence_;
  std::map<std::string, std::vector<std::string>> health_;
};

}  // namespace muster::node
