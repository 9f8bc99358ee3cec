// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/repeated_event.hpp"

#include <utility>

namespace muster::runtime {

std::optional<std::uint64_t> RepeatedEvent::happened(Time now)
{
  ++count_;
  return tell_if_due(now);
}

std::optional<std::uint64_t> RepeatedEvent::untold(Time now)
{
  return count_ == 0 ? std::nullopt : tell_if_due(now);
}

std::optional<std::uint64_t> RepeatedEvent::tell_if_due(Time now)
{
  if (told_ && now - *told_ < quiet) {
    return std::nullopt;
  }
  told_ = now;
  return std::exchange(count_, 0);
}

}  // namespace muster::runtime
