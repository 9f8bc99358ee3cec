// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// Messages on their way from the thread that reads the network to ours: one call across for as many as have
// come in the meantime, because each call may have to wake a thread up. In the order in which they came. Any
// thread.
class Arrivals {
public:
  // True if somebody must be called to take(): nobody has been since it was empty.
  bool put(Message message)
  {
    const std::lock_guard lock{mutex_};
    messages_.push_back(std::move(message));
    return messages_.size() == 1;
  }

  // All that there are.
  std::vector<Message> take()
  {
    const std::lock_guard lock{mutex_};
    return std::exchange(messages_, {});
  }

private:
  std::mutex mutex_;
  std::vector<Message> messages_;
};

}  // namespace muster::mqtt
