// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "nagios-bridge/queue/queue.hpp"
#include "nagios-bridge/sinks/feed.hpp"

namespace muster::bridge {

// Under which names a monitor is told of an item, and whether it can be told at all.
struct Naming {
  std::function<std::optional<PassiveResult>(const QueuedItem&)> map;      // absent: it is not told
  std::function<std::optional<std::string>(const PassiveResult&)> refuse;  // why it can never be told
};

// What the bridge says of itself comes as an item of its own name, which no node can have, and goes by no
// mapping.
struct OwnNames {
  std::string identity;  // nagios-bridge@mon1
  std::string host;      // empty: the monitors are not told of the bridge
  std::string service;
  std::optional<std::chrono::seconds> lifetime;
};

// The Feed of one sink: the queue, under the names of its monitor. Lives on the bridge's thread.
class QueueFeed final : public Feed {
public:
  // `changed`: something is to be written.
  QueueFeed(Queue& queue, std::string sink, Naming naming, OwnNames own, std::function<void()> changed);

  Expected<Slice> read(Ticket after, std::size_t most) override;

  [[nodiscard]] Ticket safe() const override { return queue_.safe(sink_); }

  Expected<void> set_safe(Ticket ticket) override;
  Expected<void> bury(const PassiveResult& result, const std::string& reason) override;

private:
  // A result whose service has a dead letter: when it is safe, the monitor has taken it.
  struct Mending {
    Ticket ticket;
    std::string host;
    std::string service;
  };

  [[nodiscard]] std::optional<PassiveResult> named(const QueuedItem& item) const;
  Expected<void> add(PassiveResult result, Slice& slice);

  Queue& queue_;
  std::string sink_;
  Naming naming_;
  OwnNames own_;
  std::function<void()> changed_;
  std::deque<Mending> mending_;
};

}  // namespace muster::bridge
