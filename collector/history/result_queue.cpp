// SPDX-License-Identifier: Apache-2.0
#include "collector/history/result_queue.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace muster::collector {

namespace {

// No name has a zero byte that came through JSON checks or a file name of ours.
std::string key_of(const QueuedResult& result)
{
  std::string key = result.node;
  key += '\0';
  key += result.check;
  return key;
}

}  // namespace

std::size_t ResultQueue::push(QueuedResult result)
{
  readings_ += result.result.readings.size();
  queue_.push_back(std::move(result));
  return trim();
}

std::vector<ResultGroup> ResultQueue::take_groups()
{
  std::vector<ResultGroup> groups;
  groups.reserve(queue_.size());
  std::unordered_map<std::string, std::size_t> places;
  for (auto& queued : queue_) {
    const auto [place, is_new] = places.try_emplace(key_of(queued), groups.size());
    if (is_new) {
      groups.push_back({std::move(queued.node), std::move(queued.check), {}, 0});
    }
    auto& group = groups[place->second];
    group.attempts = std::max(group.attempts, queued.attempts);
    group.results.push_back(std::move(queued.result));
  }
  queue_.clear();
  readings_ = 0;
  return groups;
}

std::size_t ResultQueue::give_back(std::vector<ResultGroup> groups)
{
  std::deque<QueuedResult> returned;
  for (auto& group : groups) {
    for (auto& result : group.results) {
      readings_ += result.readings.size();
      returned.push_back({group.node, group.check, std::move(result), group.attempts});
    }
  }
  std::move(queue_.begin(), queue_.end(), std::back_inserter(returned));
  queue_ = std::move(returned);
  return trim();
}

std::size_t ResultQueue::trim()
{
  std::size_t gone = 0;
  for (; readings_ > max_readings_ && !queue_.empty(); ++gone) {
    readings_ -= queue_.front().result.readings.size();
    queue_.pop_front();
  }
  return gone;
}

}  // namespace muster::collector
