// SPDX-License-Identifier: Apache-2.0
#include "collector/state/due_queue.hpp"

namespace muster::collector {

std::optional<DueQueue::Due> DueQueue::take(Time now)
{
  if (queue_.empty() || now < queue_.top().at) {
    return {};
  }
  auto due = queue_.top();
  queue_.pop();
  return due;
}

std::optional<Time> DueQueue::next() const
{
  return queue_.empty() ? std::nullopt : std::optional{queue_.top().at};
}

}  // namespace muster::collector
