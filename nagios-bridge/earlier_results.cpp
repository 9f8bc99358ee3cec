// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/earlier_results.hpp"

#include <algorithm>
#include <utility>

namespace muster::bridge {

std::vector<QueuedItem> EarlierResults::take(QueuedItem item)
{
  const auto& result = std::get<CheckResult>(item.what);
  if (result.finished - item.ahead < begun_) {
    auto& held = held_[item.node];
    if (held.size() < most_held || held.contains(result.check)) {
      auto check = result.check;
      skipped_ += held.insert_or_assign(std::move(check), std::move(item)).second ? 0U : 1U;
      return {};
    }
  }
  auto items = end(item.node);
  items.push_back(std::move(item));
  return items;
}

std::vector<QueuedItem> EarlierResults::end(const std::string& node)
{
  std::vector<QueuedItem> items;
  if (const auto held = held_.extract(node)) {
    for (auto& [check, item] : held.mapped()) {
      items.push_back(std::move(item));
    }
  }
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
  return items;
}

}  // namespace muster::bridge
