// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::protocol {

// Every topic name and topic filter of the protocol, in one place. Names stand in topics as they are, unless
// the fleet writes dots as underscores because its broker (RabbitMQ) takes a dot for a level of the topic.
class Topics {
public:
  explicit Topics(bool dots_as_underscores = false) : dots_as_underscores_{dots_as_underscores} {}

  [[nodiscard]] std::string request_to_collective(std::string_view collective) const;
  [[nodiscard]] std::string request_to_node(std::string_view name) const;
  [[nodiscard]] std::string reply(
      std::string_view caller, std::string_view session, std::string_view name) const;
  [[nodiscard]] std::string replies_to(std::string_view caller, std::string_view session) const;
  [[nodiscard]] std::string result(std::string_view node) const;
  [[nodiscard]] std::string presence(std::string_view name) const;
  [[nodiscard]] std::string every_presence() const;

  // What a topic is about, as far as its name tells. `name` is the last level: who published it.
  enum class Kind { request, reply, result, presence };

  struct Parsed {
    Kind kind{};
    std::string name;
  };

  // Nothing for a topic that is none of the above.
  [[nodiscard]] std::optional<Parsed> parse(std::string_view topic) const;

  // True if `written` (a level of a topic) is how `name` stands in topics.
  [[nodiscard]] bool same_name(std::string_view written, std::string_view name) const;

  // The name of the node that stands in topics as `written`: names of nodes have no underscore of their own.
  [[nodiscard]] std::string node_name_of(std::string_view written) const;

private:
  [[nodiscard]] std::string level(std::string_view name) const;

  bool dots_as_underscores_;
};

}  // namespace muster::protocol
