// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/turns.hpp"

#include <algorithm>
#include <utility>

namespace muster::collector {

void Turns::asked(const std::string& id, Turn turn)
{
  if (turns_.size() >= most) {
    turns_.erase(std::min_element(turns_.begin(), turns_.end(), [](const auto& left, const auto& right) {
      return left.second.until < right.second.until;
    }));
  }
  turns_.insert_or_assign(id, std::move(turn));
}

std::optional<std::string> Turns::refused(const std::string& id, const std::string& node)
{
  const auto turn = turns_.find(id);
  if (turn == turns_.end()) {
    return {};
  }
  turn->second.refused.insert(node);
  return turn->second.schedule;
}

std::vector<Turn> Turns::take_ended(protocol::Time now)
{
  std::vector<Turn> ended;
  for (auto turn = turns_.begin(); turn != turns_.end();) {
    const bool over = turn->second.until <= now;
    if (over) {
      ended.push_back(std::move(turn->second));
    }
    turn = over ? turns_.erase(turn) : std::next(turn);
  }
  std::sort(
      ended.begin(), ended.end(), [](const Turn& left, const Turn& right) { return left.sent < right.sent; });
  return ended;
}

}  // namespace muster::collector
