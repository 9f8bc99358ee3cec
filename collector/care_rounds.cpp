// SPDX-License-Identifier: Apache-2.0
#include "collector/care_rounds.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/protocol/sendable.hpp"

namespace muster::collector {

namespace json = protocol::json;
using protocol::Outcome;

namespace {

constexpr std::size_t longest_reason = 200;  // bytes of what another collector says, in one sentence

std::string reason(std::string_view text)
{
  return protocol::sendable_text(text, longest_reason);
}

std::string others_did_it(const std::string& peer, std::string_view why)
{
  return peer + " refuses: " + reason(why) +
         "; the other collectors did it: after a takeover it may not hold";
}

// Somebody has to change something first.
bool is_lasting(const protocol::Answer& answer)
{
  using protocol::Refusal;
  return answer.outcome == Outcome::done || answer.reason == Refusal::policy ||
         answer.reason == Refusal::unknown_key || answer.reason == Refusal::bad_signature;
}

// What stands in the list of those that were not taken, by their places; nothing: it cannot be read.
std::map<std::size_t, std::string> refused_in(const json::object& data)
{
  std::map<std::size_t, std::string> refused;
  const auto* list = data.if_contains("refused");
  if (list == nullptr || !list->is_array()) {
    return refused;
  }
  for (const auto& one : list->get_array()) {
    const auto* object = one.if_object();
    const auto* at = object == nullptr ? nullptr : object->if_contains("at");
    const auto* why = object == nullptr ? nullptr : object->if_contains("message");
    if (at != nullptr && at->is_int64() && at->get_int64() >= 0 && why != nullptr && why->is_string()) {
      refused.emplace(static_cast<std::size_t>(at->get_int64()), reason(why->get_string()));
    }
  }
  return refused;
}

}  // namespace

bool CareRounds::may_ask(const std::string& peer, Moment now) const
{
  const auto found = peers_.find(peer);
  return found == peers_.end() || (found->second.id.empty() && found->second.next <= now);
}

bool CareRounds::is_asked(const std::string& peer) const
{
  const auto found = peers_.find(peer);
  return found != peers_.end() && !found->second.id.empty();
}

void CareRounds::hurry(const std::string& peer)
{
  auto& entry = peers_[peer];
  entry.next = {};
  entry.put_off.clear();
  entry.trouble.clear();
}

std::set<CareKey> CareRounds::put_off(const std::string& peer) const
{
  const auto found = peers_.find(peer);
  return found == peers_.end() ? std::set<CareKey>{} : found->second.put_off;
}

void CareRounds::asked(const std::string& peer, std::string id, std::vector<ToldCare> told, Moment now)
{
  auto& entry = peers_[peer];
  entry.id = std::move(id);
  entry.told = std::move(told);
  entry.deadline = now + patience;
}

void CareRounds::not_asked(const std::string& peer, std::string why, Moment now)
{
  fail(peers_[peer], peer + " is not told yet: " + std::move(why), now + again_after);
}

void CareRounds::round_ends(const std::string& peer, Moment now)
{
  auto& entry = peers_[peer];
  if (!entry.put_off.empty()) {
    entry.next = now + again_after;
    entry.put_off.clear();
  }
}

void CareRounds::fail(Peer& peer, std::string trouble, Moment next)
{
  peer.id.clear();
  peer.told.clear();
  peer.put_off.clear();
  peer.trouble = std::move(trouble);
  peer.next = next;
}

std::optional<CareRounds::Taken> CareRounds::take(const protocol::Answer& answer, Moment now)
{
  const auto found = peers_.find(answer.node);
  if (found == peers_.end() || found->second.id.empty() || found->second.id != answer.id) {
    return std::nullopt;
  }
  auto& [name, peer] = *found;
  Taken taken{name, {}};
  if (answer.outcome == Outcome::running) {
    return taken;
  }
  if (answer.outcome != Outcome::done || answer.status != 0) {
    const auto pause = is_lasting(answer) ? std::chrono::seconds{refused_after} : again_after;
    fail(peer, others_did_it(name, answer.message), now + pause);
    return taken;
  }
  taken.changes = sort_out(name, peer, answer.data);
  return taken;
}

std::vector<ToldCare> CareRounds::sort_out(const std::string& name, Peer& peer, const json::object& data)
{
  const auto refused = refused_in(data);
  peer.id.clear();
  if (peer.put_off.empty()) {
    peer.trouble.clear();
  }
  std::vector<ToldCare> taken;
  auto told = std::exchange(peer.told, {});
  for (std::size_t place = 0; place < told.size(); ++place) {
    const auto why = refused.find(place);
    if (why == refused.end()) {
      taken.push_back(std::move(told[place]));
      continue;
    }
    peer.put_off.insert(told[place].key);
    const auto others = peer.put_off.size() - 1;
    peer.trouble = name + " does not take " + reason(spoken(told[place].key)) +
                   (others > 0 ? " and " + std::to_string(others) + " more: " : ": ") + why->second +
                   "; the other collectors did it: after a takeover it may not hold";
  }
  return taken;
}

std::vector<std::string> CareRounds::take_time(Moment now)
{
  std::vector<std::string> troubles;
  for (auto& [name, peer] : peers_) {
    if (!peer.id.empty() && peer.deadline <= now) {
      fail(peer, name + " gave no answer: it is told again", now + again_after);
      troubles.push_back(peer.trouble);
    }
  }
  return troubles;
}

std::string CareRounds::trouble(const std::string& peer) const
{
  const auto found = peers_.find(peer);
  return found == peers_.end() ? std::string{} : found->second.trouble;
}

}  // namespace muster::collector
