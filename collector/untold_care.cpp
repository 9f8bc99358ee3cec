// SPDX-License-Identifier: Apache-2.0
#include "collector/untold_care.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::string_view peer_kind = "peer";
constexpr std::string_view untold_kind = "untold";
constexpr std::size_t longest_name = 512;

std::string text_of(const std::string& peer, const CareKey& key, const CareAct& act)
{
  return json::serialize(json::object{
      {"peer", peer},
      {"kind", key.kind},
      {"id", key.id},
      {"by", act.by},
      {"time", protocol::to_json(act.time)},
      {"removed", act.removed}});
}

}  // namespace

bool UntoldCare::note(const std::string& peer, const CareKey& key, const CareAct& act)
{
  auto& acts = peers_[peer];
  const bool full = acts.size() >= most && !acts.contains(key);
  if (full) {
    acts.erase(std::min_element(acts.begin(), acts.end(), [](const auto& left, const auto& right) {
      return left.second.time < right.second.time;
    }));
  }
  acts.insert_or_assign(key, act);
  return !full;
}

void UntoldCare::told(const std::string& peer, const CareKey& key, const CareAct& act)
{
  const auto found = peers_.find(peer);
  if (found == peers_.end()) {
    return;
  }
  if (const auto kept = found->second.find(key); kept != found->second.end() && kept->second == act) {
    found->second.erase(kept);
  }
}

std::vector<StoredCare> UntoldCare::stored() const
{
  std::vector<StoredCare> care;
  for (const auto& [peer, acts] : peers_) {
    care.push_back({std::string{peer_kind}, peer, ""});
    for (const auto& [key, act] : acts) {
      care.push_back({std::string{untold_kind}, std::to_string(care.size()), text_of(peer, key, act)});
    }
  }
  return care;
}

bool UntoldCare::restore(const StoredCare& care)
{
  if (care.kind == peer_kind) {
    know(care.id);
    return true;
  }
  const auto object = protocol::parse_object(care.text);
  if (!object) {
    return false;
  }
  protocol::JsonReader reader{*object, "untold"};
  const auto peer = reader.string("peer", longest_name);
  const CareKey key{reader.string("kind", longest_name), reader.string("id", longest_name)};
  const CareAct act{
      reader.string("by", longest_name), reader.time("time"), reader.optional_boolean("removed", false)};
  if (!reader.error()) {
    note(peer, key, act);
  }
  return !reader.error();
}

bool UntoldCare::is_kind(const std::string& kind)
{
  return kind == peer_kind || kind == untold_kind;
}

}  // namespace muster::collector
