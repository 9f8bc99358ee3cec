// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/topics.hpp"

#include <algorithm>

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
  if (!topic.starts_with(root)) {
    return std::nullopt;
  }
  const auto rest = topic.substr(root.size());
  const auto kind = rest.substr(0, rest.find('/'));
  const std::string name{last_level(rest)};
  if (kind == "request" || kind == "node") {
    return Parsed{Kind::request, name};
  }
  if (kind == "reply") {
    return Parsed{Kind::reply, name};
  }
  if (kind == "result") {
    return Parsed{Kind::result, name};
  }
  if (kind == "presence") {
    return Parsed{Kind::presence, name};
  }
  return std::nullopt;
}

bool Topics::same_name(std::string_view written, std::string_view name) const
{
  return written == level(name);
}

}  // namespace muster::protocol
