// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// What a sink sees of the queue: everything its monitor is to be told, in the order in which it came, which
// for each service is the order in which it happened. Each sink has a feed of its own, and two places in it:
//
//   how far it has handed over   the sink's own business, kept in memory
//   how far it is safe           kept on the disk: results up to here survive whatever happens to the monitor
//
// What is not safe is kept, and read again after the bridge's or the monitor's death: every result arrives at
// least once. Called on the bridge's thread; reads block for a disk, not for a monitor.
class Feed {
public:
  struct Slice {
    std::vector<PassiveResult> results;
    Ticket until = 0;  // the last one looked at: what the mapping leaves out is not in `results`
  };

  virtual ~Feed() = default;

  // The next ones after `after`, at most `most`; a slice whose `until` is `after` says that there are none.
  virtual Expected<Slice> read(Ticket after, std::size_t most) = 0;

  // Where to begin after a start: nothing up to here is read again.
  [[nodiscard]] virtual Ticket safe() const = 0;

  // What no sink needs any more is deleted. Never goes back.
  virtual Expected<void> set_safe(Ticket ticket) = 0;

  // The monitor does not know the object, or will never take this result: it goes onto the list that
  // `nagios-bridge dead-letters` shows, with the reason, and counts as handed over.
  virtual Expected<void> bury(const PassiveResult& result, const std::string& reason) = 0;
};

}  // namespace muster::bridge
