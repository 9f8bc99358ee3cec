// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collector/notify/delivery_trouble.hpp"
#include "collector/notify/notification.hpp"

namespace muster::collector {

// What one receiver is still to be told: groups it, limits it, waits after failures, gives up in the end.
// What is in it is also in the store, and leaves the store when it leaves here. Nothing is dropped without a
// report. Pure; one thread; one delivery at a time.
class ReceiverQueue {
public:
  // A day of a receiver that is away; each takes about a kilobyte. The oldest is dropped, and it is told.
  static constexpr std::size_t most_waiting = 2000;
  // So long after the first try that failed. What is older has been seen in other ways.
  static constexpr std::chrono::hours give_up_after{24};
  // So that a storm does not fill the events with reports.
  static constexpr std::chrono::minutes report_every{1};

  struct Counters {
    std::uint64_t delivered = 0;  // notifications
    std::uint64_t failed = 0;     // tries
    std::uint64_t lost = 0;       // events that were refused, given up or dropped
  };

  explicit ReceiverQueue(Receiver receiver) : receiver_{std::move(receiver)} {}

  [[nodiscard]] const Receiver& receiver() const { return receiver_; }

  // In the order of their ids.
  void add(Notice notice);

  // What is to be delivered now; its end must be told by ended(). Nothing: not yet, or one is under way.
  std::optional<Notification> next(Time now);

  void ended(const DeliveryResult& result, Time now);

  // Those that need no storing any more, since the last call.
  std::vector<std::int64_t> take_done();

  // What happened to those that were lost, as sentences, since the last call.
  std::vector<std::string> take_reports(Time now);

  // Why it is not told what it should be; empty while all is well.
  [[nodiscard]] std::string problem() const { return trouble_.problem(receiver_.name); }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  [[nodiscard]] const Counters& counters() const { return counters_; }

private:
  struct Waiting {
    Notice notice;
    std::optional<Time> tried;  // when a delivery that it waited for failed first
    bool under_way = false;
  };

  struct Group {
    std::string key;
    Time first;  // queued
    std::vector<std::size_t> places;
  };

  [[nodiscard]] std::string key_of(const Notice& notice) const;
  [[nodiscard]] std::vector<Group> groups_due(Time now) const;
  [[nodiscard]] bool may_send(Time now) const;
  Notification begin(const std::vector<std::size_t>& places, const std::string& key);
  void forget_old_sends(Time now);
  void drop_the_oldest();
  void failed(const DeliveryResult& result, Time now);
  void give_up(Time now);
  std::size_t remove(bool (*gone)(const Waiting& waiting, Time now), Time now);

  Receiver receiver_;
  std::deque<Waiting> waiting_;
  std::deque<Time> sent_;  // within the limit's time
  DeliveryTrouble trouble_;
  std::vector<std::int64_t> done_;
  std::vector<std::string> reports_;
  std::size_t dropped_ = 0;  // since the last report
  std::optional<Time> dropped_told_;
  bool under_way_ = false;
  Counters counters_;
};

}  // namespace muster::collector
