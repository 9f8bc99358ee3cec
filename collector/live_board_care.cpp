// SPDX-License-Identifier: Apache-2.0
//
// The part of LiveBoard that is about what people do.
#include <utility>

#include "collector/live_board.hpp"
#include "collector/wall_clock.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::collector {

namespace {

constexpr std::size_t id_length = 10;

Acknowledgement acknowledgement_of(const Target& target, const ShownAcknowledgement& shown)
{
  Acknowledgement made;
  made.node = target.node;
  made.check = target.check;
  made.caller = shown.caller;
  made.comment = shown.comment;
  made.set = shown.set;
  made.sticky = shown.sticky;
  made.expires = shown.expires;
  return made;
}

Downtime downtime_of(const ShownDowntime& shown)
{
  Downtime made;
  made.id = shown.id.empty() ? protocol::random_word(id_length) : shown.id;
  made.caller = shown.caller;
  made.comment = shown.comment;
  made.start = shown.start;
  made.end = shown.end;
  made.duration = shown.duration;
  made.nodes = shown.nodes;
  made.filter = shown.filter;
  made.select = shown.select;
  made.checks = shown.checks;
  return made;
}

std::vector<CareKey> keys_of(const Targets& targets)
{
  std::vector<CareKey> keys;
  keys.reserve(targets.size());
  for (const auto& target : targets) {
    keys.push_back({acknowledgement_kind, target.node + " " + target.check});
  }
  return keys;
}

}  // namespace

Expected<void> LiveBoard::acknowledge(
    const Targets& targets, const ShownAcknowledgement& acknowledgement, Tell tell)
{
  std::vector<Acknowledgement> all;
  all.reserve(targets.size());
  for (const auto& target : targets) {
    all.push_back(acknowledgement_of(target, acknowledgement));
  }
  const auto done = intake_.book().acknowledge(all);
  return stored(done, tell, keys_of(targets), {acknowledgement.caller, acknowledgement.set});
}

Expected<void> LiveBoard::unacknowledge(const Targets& targets, const std::string& caller, Tell tell)
{
  const auto now = wall_clock_now();
  const auto done = intake_.book().unacknowledge(targets, caller, now);
  return stored(done, tell, keys_of(targets), {caller, now, true});
}

Expected<std::vector<std::string>> LiveBoard::add_downtimes(
    const std::vector<ShownDowntime>& downtimes, Tell tell)
{
  const auto now = wall_clock_now();
  std::vector<Downtime> made;
  std::vector<std::string> ids;
  std::vector<CareKey> keys;
  for (const auto& downtime : downtimes) {
    made.push_back(downtime_of(downtime));
    ids.push_back(made.back().id);
    keys.push_back({downtime_kind, made.back().id});
  }
  const auto done = intake_.book().add_downtimes(std::move(made), now);
  return stored(done, tell, keys, {downtimes.front().caller, now}).map([&ids] { return ids; });
}

Expected<void> LiveBoard::remove_downtime(const std::string& id, const std::string& caller, Tell tell)
{
  const auto now = wall_clock_now();
  return stored(
      intake_.book().remove_downtime(id, caller, now), tell, {{downtime_kind, id}}, {caller, now, true});
}

void LiveBoard::tell_others(std::function<void(std::vector<std::string>)> done)
{
  teller_.tell(std::move(done));
}

// All that one request tells is stored at once.
std::vector<Expected<void>> LiveBoard::take_told(const std::vector<ToldCare>& told)
{
  std::vector<Expected<void>> results;
  results.reserve(told.size());
  for (const auto& one : told) {
    results.push_back(intake_.book().take_told(one, wall_clock_now()));
  }
  if (const auto done = stored({}); !done) {
    results.assign(told.size(), done);
  }
  return results;
}

Expected<std::size_t> LiveBoard::forget_check(
    const std::vector<std::string>& nodes, const std::string& check, const std::string& caller)
{
  std::size_t count = 0;
  for (const auto& node : nodes) {
    count += intake_.book().forget_check(node, check, caller, wall_clock_now()) ? 1U : 0U;
  }
  if (count == 0) {
    return failure(ErrorCode::not_found, "nothing is known of " + check + " of any of these nodes");
  }
  return stored({}).map([count] { return count; });
}

// Whoever is told that it is done may pull the plug.
Expected<void> LiveBoard::stored(const Expected<void>& done)
{
  return done ? intake_.store_now() : done;
}

// What is to be told is stored with what was done: neither is there without the other.
Expected<void> LiveBoard::stored(
    const Expected<void>& done, Tell tell, const std::vector<CareKey>& keys, const CareAct& act)
{
  if (done) {
    teller_.note(tell, keys, act);
  }
  return stored(done);
}

}  // namespace muster::collector
