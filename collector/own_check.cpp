// SPDX-License-Identifier: Apache-2.0
#include "collector/own_check.hpp"

#include <fmt/format.h>

namespace muster::collector {

std::optional<StoredEvent> OwnCheck::look(const CollectorHealth& health, Time now)
{
  take_sample(health, now);
  auto found = find(health);
  if (!state_) {
    state_ = OwnState{CheckState::ok, now, now, "it has just started", {}};
  }
  const auto before = state_->state;
  const bool lasted = has_lasted(health, found.state, now);
  const bool changes = found.state != before && lasted;
  if (changes || found.state == before) {
    state_->since = changes ? now : state_->since;
    state_->state = found.state;
    state_->summary = std::move(found.words);
  }
  state_->looked = now;
  state_->perfdata = fmt::format(
      "results={:.1f} waiting={} missed={}c gaps={}c",
      results_per_second(),
      health.history_waiting,
      health.schedule_missed,
      health.gaps);
  if (!changes) {
    return std::nullopt;
  }
  StoredEvent event;
  event.time = now;
  event.kind = "state";
  event.node = health.name;
  event.service = own_check_name;
  event.before = before;
  event.after = state_->state;
  event.hard = true;
  event.message = state_->summary;
  return event;
}

void OwnCheck::take_sample(const CollectorHealth& health, Time now)
{
  samples_.push_back(
      {now,
       health.results_taken + health.results_replayed,
       health.schedule_missed - health.schedule_unsent,  // why those were, it says while it is so
       health.history_dropped,
       health.gaps});
  while (samples_.front().time < now - window || samples_.front().time > now) {
    samples_.pop_front();
  }
}

OwnCheck::Finding OwnCheck::find(const CollectorHealth& health) const
{
  std::string sentences;
  for (const auto& problem : health.problems) {
    sentences.append(sentences.empty() ? "" : "; ").append(problem);
  }
  if (!health.stores || !health.connected) {
    return {CheckState::critical, std::move(sentences)};
  }
  for (const auto& other : health.collectors_gone) {
    sentences.append(sentences.empty() ? "" : "; ").append(other).append(" is gone and cannot take over");
  }
  const auto lost = losses();
  if (!sentences.empty() || !lost.empty()) {
    sentences.append(sentences.empty() || lost.empty() ? "" : "; ").append(lost);
    return {CheckState::warning, std::move(sentences)};
  }
  return {CheckState::ok, work(health)};
}

std::string OwnCheck::losses() const
{
  const auto& first = samples_.front();
  const auto& last = samples_.back();
  std::string words;
  const auto add = [&words](std::uint64_t count, std::string_view what) {
    if (count > 0) {
      words += fmt::format("{}{} {}", words.empty() ? "in the last 10 minutes " : ", ", count, what);
    }
  };
  const auto missed = last.missed - first.missed;
  add(missed > tolerated_turns ? missed : 0, "turns of schedules were missed");
  add(last.gaps - first.gaps, "gaps in results could not be filled");
  add(last.dropped - first.dropped, "results did not get into the history");
  return words;
}

std::string OwnCheck::work(const CollectorHealth& health) const
{
  const auto* asks = health.asks ? "asks the fleet" : health.asker.empty() ? "asks nobody" : "stands by";
  return fmt::format("{:.1f} results/s, {}", results_per_second(), asks);
}

double OwnCheck::results_per_second() const
{
  const auto& first = samples_.front();
  const auto& last = samples_.back();
  const auto span = std::chrono::duration<double>{last.time - first.time}.count();
  return span > 0 ? static_cast<double>(last.results - first.results) / span : 0.0;
}

// That nothing can be stored is known for certain.
bool OwnCheck::has_lasted(const CollectorHealth& health, CheckState found, Time now)
{
  if (!found_ || found_->first != found || found_->second > now) {
    found_ = std::pair{found, now};
  }
  const auto enough = severity(found) < severity(state_->state) ? calm : patience;
  return !health.stores || now - found_->second >= enough;
}

}  // namespace muster::collector
