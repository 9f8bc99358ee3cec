// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "nagios-bridge/sinks/feed.hpp"

namespace muster::bridge::test {

// A feed that is kept in memory: the other end of a sink under test. Its tickets are 1, 2, 3, … in the order
// of `add`. What is safe is forgotten, as the queue does. One thread.
class MemoryFeed : public Feed {
public:
  struct DeadLetter {
    PassiveResult result;
    std::string reason;
  };

  // Returns its ticket.
  Ticket add(PassiveResult result)
  {
    result.ticket = ++last_;
    waiting_.push_back(std::move(result));
    return last_;
  }

  Expected<Slice> read(Ticket after, std::size_t most) override
  {
    if (broken) {
      return failure(ErrorCode::io_failure, "cannot read the queue: the test says so");
    }
    Slice slice{{}, after};
    const auto skipped = static_cast<std::size_t>(std::max<Ticket>(after - safe_, 0));
    for (auto at = skipped; at < waiting_.size() && slice.results.size() < most; ++at) {
      slice.results.push_back(waiting_[at]);
      slice.until = waiting_[at].ticket;
    }
    return slice;
  }

  [[nodiscard]] Ticket safe() const override { return safe_; }

  Expected<void> set_safe(Ticket ticket) override
  {
    if (broken) {
      return failure(ErrorCode::io_failure, "cannot write the queue: the test says so");
    }
    for (; safe_ < ticket && !waiting_.empty(); ++safe_) {
      waiting_.pop_front();
    }
    return {};
  }

  Expected<void> bury(const PassiveResult& result, const std::string& reason) override
  {
    if (broken) {
      return failure(ErrorCode::io_failure, "cannot write the queue: the test says so");
    }
    buried_.push_back({result, reason});
    return {};
  }

  [[nodiscard]] Ticket last() const { return last_; }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  [[nodiscard]] const std::vector<DeadLetter>& buried() const { return buried_; }

  bool broken = false;  // the disk is full: nothing can be read or written

private:
  std::deque<PassiveResult> waiting_;  // the first one has the ticket safe_ + 1
  std::vector<DeadLetter> buried_;
  Ticket safe_ = 0;
  Ticket last_ = 0;
};

}  // namespace muster::bridge::test
