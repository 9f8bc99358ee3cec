// SPDX-License-Identifier: Apache-2.0
//
// The part of FleetBook that is about what several collectors tell one another of what operators say.
#include <utility>

#include <fmt/format.h>

#include "collector/fleet_book.hpp"
#include "collector/state/state_codec.hpp"

namespace muster::collector {

namespace {

std::string id_of(const Acknowledgements::Key& key)
{
  return key.first + " " + key.second;
}

// A node's name has no blank.
Acknowledgements::Key key_of(const std::string& id)
{
  const auto blank = id.find(' ');
  return {id.substr(0, blank), blank == std::string::npos ? std::string{} : id.substr(blank + 1)};
}

// When it began, and for which nodes, whoever reads it finds out anew if there is no room for it.
std::string text_to_tell(Downtime downtime)
{
  downtime.started = false;
  auto text = encode(downtime);
  if (text.size() > FleetBook::most_told_bytes) {
    downtime.triggered.clear();
    text = encode(downtime);
  }
  return text;
}

StoredEvent has_forgotten_to_tell(const std::string& peer, Time now)
{
  StoredEvent event;
  event.time = now;
  event.kind = "untold";
  event.message = fmt::format(
      "more than {} acknowledgements and downtimes wait for {}: it will not be told of the oldest",
      UntoldCare::most,
      peer);
  return event;
}

// The clocks of two collectors are not quite the same, and `mco` has told both.
bool is_same(const Acknowledgement& left, const Acknowledgement& right)
{
  return left.caller == right.caller && left.comment == right.comment && left.sticky == right.sticky &&
         left.expires.has_value() == right.expires.has_value() &&
         std::chrono::abs(left.set - right.set) <= FleetBook::clock_tolerance;
}

}  // namespace

void FleetBook::know_peer(const std::string& peer, Time now)
{
  if (!untold_.know(peer)) {
    return;
  }
  care_changed_ = true;
  for (const auto& [id, downtime] : state_.downtimes().all()) {
    note_untold({peer}, {downtime_kind, id}, {downtime.caller, now});
  }
  for (const auto& [key, acknowledgement] : state_.acknowledgements().all()) {
    const CareAct act{acknowledgement.caller, acknowledgement.set};
    note_untold({peer}, {acknowledgement_kind, id_of(key)}, act);
  }
}

void FleetBook::forget_peer(const std::string& peer)
{
  care_changed_ |= untold_.forget(peer);
}

void FleetBook::note_untold(const std::vector<std::string>& peers, const CareKey& key, const CareAct& act)
{
  for (const auto& peer : peers) {
    care_changed_ = true;
    if (!untold_.note(peer, key, act)) {
      new_events_.push_back(has_forgotten_to_tell(peer, act.time));
    }
  }
}

std::string FleetBook::text_now(const CareKey& key) const
{
  if (key.kind == downtime_kind) {
    const auto found = state_.downtimes().all().find(key.id);
    return found == state_.downtimes().all().end() ? std::string{} : text_to_tell(found->second);
  }
  const auto [node, check] = key_of(key.id);
  const auto* const found = state_.acknowledgements().of(node, check);
  return found == nullptr ? std::string{} : encode(*found);
}

std::vector<ToldCare> FleetBook::to_tell(const std::string& peer, const std::set<CareKey>& put_off)
{
  std::vector<ToldCare> to_tell;
  std::vector<ToldCare> over;
  const auto acts = untold_.all().find(peer);
  if (acts == untold_.all().end()) {
    return to_tell;
  }
  std::size_t bytes = 0;
  for (const auto& [key, act] : acts->second) {
    if (put_off.contains(key)) {
      continue;
    }
    ToldCare one{key, act, text_now(key)};
    if (one.text.empty() != act.removed) {
      over.push_back(std::move(one));
      continue;
    }
    bytes += one.text.size() + key.id.size() + act.by.size();
    if (!to_tell.empty() && (to_tell.size() >= most_told || bytes > most_told_bytes)) {
      break;
    }
    to_tell.push_back(std::move(one));
  }
  told(peer, over);
  return to_tell;
}

void FleetBook::told(const std::string& peer, const std::vector<ToldCare>& taken)
{
  for (const auto& one : taken) {
    untold_.told(peer, one.key, one.act);
    care_changed_ = true;
  }
}

Expected<void> FleetBook::take_told(const ToldCare& told, Time now)
{
  if (told.key.kind == downtime_kind) {
    return take_told_downtime(told, now);
  }
  if (told.key.kind == acknowledgement_kind) {
    return take_told_acknowledgement(told, now);
  }
  return failure(ErrorCode::invalid_input, "kind: expected downtime or acknowledgement");
}

Expected<void> FleetBook::take_told_downtime(const ToldCare& told, Time now)
{
  const bool is_known = state_.downtimes().all().contains(told.key.id);
  if (is_known != told.act.removed) {
    return {};
  }
  if (told.act.removed) {
    return remove_downtime(told.key.id, told.act.by, now);
  }
  auto downtime = parse_downtime(told.text);
  if (downtime && downtime->id != told.key.id) {
    return failure(ErrorCode::invalid_input, "now.id: expected that of the change");
  }
  return downtime ? add_downtime(std::move(*downtime), now) : tl::unexpected{downtime.error()};
}

Expected<void> FleetBook::take_told_acknowledgement(const ToldCare& told, Time now)
{
  const auto [node, check] = key_of(told.key.id);
  const auto* const known = state_.acknowledgements().of(node, check);
  if (told.act.removed) {
    const bool holds = known == nullptr || known->set > told.act.time + clock_tolerance;
    return holds ? Expected<void>{} : unacknowledge({{node, check}}, told.act.by, now);
  }
  auto acknowledgement = parse_acknowledgement(told.text);
  if (!acknowledgement) {
    return tl::unexpected{acknowledgement.error()};
  }
  if (acknowledgement->node != node || acknowledgement->check != check) {
    return failure(ErrorCode::invalid_input, "now: expected the node and check of the change");
  }
  const bool later = known == nullptr || known->set <= acknowledgement->set + clock_tolerance;
  if (!later || (known != nullptr && is_same(*known, *acknowledgement))) {
    return {};
  }
  return keep(state_.take_told(std::move(*acknowledgement)), now);
}

}  // namespace muster::collector
