// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/topics.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace muster::protocol {

namespace {

constexpr std::string_view root = "muster/1/";

std::string_view last_level(std::string_view topic)
{
  return topic.substr(topic.rfind('/') + 1);
}

}  // namespace

std::string Topics::level(std::string_view name) const
{
  std::string written{name};
  if (dots_as_underscores_) {
    std::replace(written.begin(), written.end(), '.', '_');
  }
  return written;
}

std::string Topics::request_to_collective(std::string_view collective) const
{
  return std::string{root} + "request/" + level(collective);
}

std::string Topics::request_to_node(std::string_view name) const
{
  return std::string{root} + "node/" + level(name);
}

std::string Topics::reply(std::string_view caller, std::string_view session, std::string_view name) const
{
  return std::string{root} + "reply/" + level(caller) + "/" + std::string{session} + "/" + level(name);
}

std::string Topics::replies_to(std::string_view caller, std::string_view session) const
{
  return std::string{root} + "reply/" + level(caller) + "/" + std::string{session} + "/+";
}

std::string Topics::result(std::string_view node) const
{
  return std::string{root} + "result/" + level(node);
}

std::string Topics::presence(std::string_view name) const
{
  return std::string{root} + "presence/" + level(name);
}

std::string Topics::every_presence() const
{
  return std::string{root} + "presence/+";
}

std::optional<Topics::Parsed> Topics::parse(std::string_view topic) const
{
  struct Shape {
    std::string_view word;
    Kind kind;
    std::ptrdiff_t levels;  // behind the word
  };

  constexpr std::array shapes{
      Shape{"request", Kind::request, 1},
      Shape{"node", Kind::request, 1},
      Shape{"reply", Kind::reply, 3},
      Shape{"result", Kind::result, 1},
      Shape{"presence", Kind::presence, 1}};
  if (!topic.starts_with(root)) {
    return std::nullopt;
  }
  const auto rest = topic.substr(root.size());
  const auto word = rest.substr(0, rest.find('/'));
  const auto levels = std::count(rest.begin(), rest.end(), '/');
  const auto* shape = std::find_if(shapes.begin(), shapes.end(), [&](const Shape& known) {
    return known.word == word && known.levels == levels;
  });
  const auto name = last_level(rest);
  if (shape == shapes.end() || name.empty()) {
    return std::nullopt;
  }
  return Parsed{shape->kind, std::string{name}};
}

std::string Topics::node_name_of(std::string_view written) const
{
  std::string name{written};
  if (dots_as_underscores_) {
    std::replace(name.begin(), name.end(), '_', '.');
  }
  return name;
}

bool Topics::same_name(std::string_view written, std::string_view name) const
{
  return dots_as_underscores_ ? written == level(name) : written == name;
}

}  // namespace muster::protocol
