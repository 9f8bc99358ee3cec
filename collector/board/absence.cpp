// SPDX-License-Identifier: Apache-2.0
#include "collector/board/absence.hpp"

#include <algorithm>

#include "collector/board/strip_parts.hpp"

namespace muster::collector {

namespace {

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

// Who is gone and then vanishes was away once.
std::vector<Absence> absences_of(const std::vector<PresencePart>& presences)
{
  std::vector<Absence> absences;
  for (const auto& part : presences) {
    if (!part.is_absent()) {
      continue;
    }
    if (!absences.empty() && absences.back().until == part.from) {
      absences.back().until = part.until;
    } else {
      absences.push_back({part.from, part.until});
    }
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
