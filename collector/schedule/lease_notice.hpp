// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libmuster/model/facts.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// That a collector asks the fleet. Of two terms the higher one holds: who takes the lease over takes the next
// term, so that the one before knows that it is its turn no more, whatever the two clocks say.
struct LeaseClaim {
  std::int64_t term = 0;
  protocol::Time since;  // by its own clock, for people

  friend bool operator==(const LeaseClaim& left, const LeaseClaim& right) = default;
};

// What a collector says of the lease in its presence: docs/protocol.md, section 5.
struct LeaseNotice {
  std::string group = "main";       // the lease is one for each group of collectors
  bool ready = true;                // false: it can store nothing, another one should ask
  std::optional<LeaseClaim> claim;  // none: it stands by

  friend bool operator==(const LeaseNotice& left, const LeaseNotice& right) = default;
};

// The fact under which it travels, as a presence's facts are announced.
inline constexpr const char* lease_fact = "lease";

Facts lease_facts(const LeaseNotice& notice);

// Nothing if the facts tell nothing of a lease that can be read: an older collector, or none.
std::optional<LeaseNotice> lease_notice(const Facts& facts);

}  // namespace muster::collector
