// SPDX-License-Identifier: Apache-2.0
#include "collector/state/event.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster::collector {

namespace {

using Word = std::pair<EventKind, std::string_view>;

constexpr std::array event_words{
    Word{EventKind::state, "state"},
    Word{EventKind::flapping_start, "flapping_start"},
    Word{EventKind::flapping_stop, "flapping_stop"},
    Word{EventKind::node_new, "node_new"},
    Word{EventKind::node_gone, "node_gone"},
    Word{EventKind::node_stopped, "node_stopped"},
    Word{EventKind::node_vanished, "node_vanished"},
    Word{EventKind::node_back, "node_back"},
    Word{EventKind::nodes_lost, "nodes_lost"},
    Word{EventKind::nodes_stopped, "nodes_stopped"},
    Word{EventKind::nodes_vanished, "nodes_vanished"},
    Word{EventKind::nodes_back, "nodes_back"},
    Word{EventKind::downtime_start, "downtime_start"},
    Word{EventKind::downtime_end, "downtime_end"},
    Word{EventKind::acknowledgement_set, "acknowledgement_set"},
    Word{EventKind::acknowledgement_end, "acknowledgement_end"},
    Word{EventKind::schedule_refused, "schedule_refused"},
    Word{EventKind::schedule_accepted, "schedule_accepted"},
    Word{EventKind::node_forgotten, "node_forgotten"},
};

}  // namespace

std::string_view to_string(EventKind kind)
{
  const auto* const found = std::find_if(
      event_words.begin(), event_words.end(), [kind](const Word& word) { return word.first == kind; });
  return found == event_words.end() ? std::string_view{} : found->second;
}

std::optional<EventKind> parse_event_kind(std::string_view word)
{
  const auto* const found = std::find_if(
      event_words.begin(), event_words.end(), [word](const Word& entry) { return entry.second == word; });
  return found == event_words.end() ? std::nullopt : std::optional{found->first};
}

bool notifies(const Event& event)
{
  const bool on_purpose = event.kind == EventKind::node_new || event.kind == EventKind::node_forgotten;
  const bool worth_it = !on_purpose && (event.kind != EventKind::state || event.hard);
  return worth_it && !event.replayed && !event.silence.any();
}

}  // namespace muster::collector
