// SPDX-License-Identifier: Apache-2.0
#include "collector/settings_advice.hpp"

#include <utility>

#include "collector/state/node_list_text.hpp"
#include "collector/state/time_text.hpp"

namespace muster::collector {

// A collector that dies just before a turn takes that one with it; the next one comes an interval later.
std::vector<std::string> advice_on(const Settings& settings)
{
  std::vector<std::string> hurried;
  for (const auto& entry : settings.schedules) {
    if (entry.every < takeover_within) {
      hurried.push_back(entry.name);
    }
  }
  if (hurried.empty()) {
    return {};
  }
  const auto time = duration_text(takeover_within);
  auto sentence =
      "with a second collector: it asks within " + time +
      " after the first one has died, so two turns or more may be left out of a schedule that asks "
      "more often; make `every` " +
      time + " or more where that matters" + node_list_text(hurried);
  return {std::move(sentence)};
}

}  // namespace muster::collector
