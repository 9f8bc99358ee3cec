// SPDX-License-Identifier: Apache-2.0
#include "collector/board/absence.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "collector/board/strip_parts.hpp"

namespace muster::collector {

namespace {

bool is_one_of(std::string_view kind, std::initializer_list<std::string_view> kinds)
{
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool is_about(const StoredEvent& event, const std::string& node)
{
  return event.node == node || std::find(event.nodes.begin(), event.nodes.end(), node) != event.nodes.end();
}

// A result that was fetched later tells how it was.
Time end_of(const Absence& absence, const std::vector<StoredEvent>& events)
{
  auto until = absence.until;
  for (const auto& event : events) {
    if (event.time > absence.from) {
      until = std::min(until, event.time);
    }
  }
  return until;
}

std::vector<StripPart> without(const std::vector<StripPart>& parts, Time from, Time until)
{
  std::vector<StripPart> rest;
  for (const auto& part : parts) {
    add_part(rest, part.from, std::min(part.until, from), part.state, &StripPart::state);
    add_part(
        rest,
        std::max(part.from, from),
        std::min(part.until, until),
        std::optional<CheckState>{},
        &StripPart::state);
    add_part(rest, std::max(part.from, until), part.until, part.state, &StripPart::state);
  }
  return rest;
}

}  // namespace

std::vector<Absence> absences_of(
    const std::vector<StoredEvent>& events,
    const std::string& node,
    std::optional<Time> absent_since,
    Time from,
    Time until)
{
  std::vector<Absence> absences;
  std::optional<Time> since = from;  // whoever is back was away before
  bool away = false;
  for (const auto& event : events) {
    if (!is_about(event, node)) {
      continue;
    }
    if (is_one_of(event.kind, {"node_gone", "node_stopped", "nodes_lost", "nodes_stopped"})) {
      since = away && since ? since : event.time;
      away = true;
    } else if (is_one_of(event.kind, {"node_back", "nodes_back"}) && since) {
      absences.push_back({*since, event.time});
      since.reset();
      away = false;
    }
  }
  if (absent_since) {
    absences.push_back({away && since ? *since : *absent_since, until});
  }
  return absences;
}

std::vector<StripPart> without_absences(
    std::vector<StripPart> parts,
    const std::vector<Absence>& absences,
    const std::vector<StoredEvent>& events)
{
  for (const auto& absence : absences) {
    parts = without(parts, absence.from, std::max(absence.from, end_of(absence, events)));
  }
  return parts;
}

}  // namespace muster::collector
