// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/announcement.hpp"

#include <boost/json/serialize.hpp>

#include "libmuster/model/utf8.hpp"

namespace muster::node {

namespace {

std::size_t encoded_size(const Facts& facts)
{
  return protocol::json::serialize(protocol::to_json(facts)).size();
}

// What readers would get cut, mended or not at all stays at home: a filter would take it for the truth.
bool is_readable(protocol::Presence presence, const Facts& facts, const std::vector<std::string>& classes)
{
  presence.facts = facts;
  presence.classes = classes;
  const auto read = protocol::parse_presence(protocol::encode(presence));
  return read && read->facts == facts && read->classes == classes;
}

}  // namespace

Announcement::Announcement(
    std::string name,
    std::string instance,
    std::vector<std::string> collectives,
    std::vector<std::string> agents)
{
  presence_.name = std::move(name);
  presence_.instance = std::move(instance);
  presence_.collectives = std::move(collectives);
  presence_.agents = std::move(agents);
  presence_.version = MUSTER_VERSION;
}

void Announcement::set_facts(
    const Facts& facts, const std::vector<std::string>& paths, const std::vector<std::string>& classes)
{
  Facts announced;
  for (const auto& path : paths) {
    Facts longer = announced;
    longer.merge(facts.selected({path}));
    if (encoded_size(longer) <= most_announced_bytes && is_readable(presence_, longer, {})) {
      announced = std::move(longer);
    }
  }
  std::size_t used = encoded_size(announced);
  presence_.facts = std::move(announced);
  presence_.classes.clear();
  for (const auto& name : classes) {
    const auto size = protocol::json::serialize(protocol::json::value(name)).size() + 1;  // and its comma
    if (used + size > most_announced_bytes) {
      break;
    }
    if (is_readable(presence_, {}, {name})) {
      used += size;
      presence_.classes.push_back(name);
    }
  }
  presence_.all_classes = presence_.classes.size() == classes.size();
}

void Announcement::set_broker(std::string_view url)
{
  constexpr std::string_view behind_scheme = "://";
  const auto scheme = url.find(behind_scheme);
  url.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + behind_scheme.size());
  presence_.broker = url;
}

bool Announcement::set_agents(std::vector<std::string> agents)
{
  const bool news = agents != presence_.agents;
  presence_.agents = std::move(agents);
  return news;
}

bool Announcement::set_health(const std::string& source, std::vector<std::string> sentences)
{
  auto& known = health_[source];
  if (known == sentences) {
    return false;
  }
  known = std::move(sentences);
  presence_.health.clear();
  for (const auto& [from, broken] : health_) {
    for (const auto& sentence : broken) {
      if (presence_.health.size() < most_health_sentences) {
        presence_.health.push_back(truncate_utf8(to_valid_utf8(sentence), longest_health_sentence, "…"));
      }
    }
  }
  return true;
}

void Announcement::set_position(std::int64_t epoch, std::int64_t seq)
{
  presence_.epoch = epoch;
  presence_.seq = seq;
}

protocol::Presence Announcement::presence(protocol::NodeState state) const
{
  protocol::Presence presence = presence_;
  presence.state = state;
  if (state == protocol::NodeState::gone) {
    presence.broker.clear();
  }
  return presence;
}

}  // namespace muster::node
