// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// When a result begins and ends, as Icinga is told: it drops one that begins before the one it has.
struct ToldTimes {
  Time started;
  Time finished;

  bool operator==(const ToldTimes&) const = default;
};

// What Icinga has of an object: the last result that it took, from whomever.
struct LastResult {
  ToldTimes times;
  std::string source;    // check_source
  std::size_t text = 0;  // text_mark() of its output
  bool active = false;   // Icinga's own: of an object that is fed, that says only that it has become stale
};

// Stands for an output where only equality counts.
std::size_t text_mark(std::string_view output);

// What Icinga is told as the output: valid UTF-8, because nothing else is JSON.
std::string told_output(const PassiveResult& result);

// Icinga has this result, or a newer one. Not if what it has is of its own making, or claims to come from the
// future: that it replaces by anything.
bool has_it(const LastResult& last, const PassiveResult& result, Time now);

// The times to tell. The order of a feed is the order in which things happened; a clock that was set back in
// between must not make Icinga drop what came after, and neither must its own "stale", which may have begun
// after the check whose result comes late. So a result never begins before the one that its source gave
// before, nor before Icinga's own.
ToldTimes times_to_tell(const LastResult& last, const PassiveResult& result, Time now);

}  // namespace muster::bridge
