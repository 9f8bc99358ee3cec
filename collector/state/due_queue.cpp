// SPDX-License-Identifier: Apache-2.0
#include "collector/state/due_queue.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace muster::collector {

void DueQueue::put(Due due)
{
  heap_.push_back(std::move(due));
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
}

std::optional<DueQueue::Due> DueQueue::take(Time now)
{
  if (heap_.empty() || now < heap_.front().at) {
    return {};
  }
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
  auto due = std::move(heap_.back());
  heap_.pop_back();
  return due;
}

std::optional<Time> DueQueue::next() const
{
  return heap_.empty() ? std::nullopt : std::optional{heap_.front().at};
}

}  // namespace muster::collector
