// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/delivery_trouble.hpp"

#include <algorithm>

#include "collector/state/time_text.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector {

using std::chrono::milliseconds;

namespace {

milliseconds pause_after(std::size_t failures)
{
  constexpr std::size_t most_doublings = 6;  // beyond the longest pause
  const auto doublings = std::min(failures - 1, most_doublings);
  const milliseconds pause = DeliveryTrouble::first_pause * (std::int64_t{1} << doublings);
  return std::min<milliseconds>(pause, DeliveryTrouble::longest_pause);
}

}  // namespace

bool has_passed(Time since, milliseconds duration, Time now)
{
  return now < since || now - since >= duration;
}

void DeliveryTrouble::failed(const DeliveryResult& result, Time now)
{
  ++failures_;
  since_ = since_.value_or(now);
  why_ = printable(result.why, false);
  const auto wish = std::min<milliseconds>(result.retry_after.value_or(milliseconds{0}), longest_wish);
  paused_ = now;
  pause_ = std::max(pause_after(failures_), wish);
}

void DeliveryTrouble::refused(const std::string& why, Time now)
{
  failures_ = 0;
  paused_.reset();
  since_ = since_.value_or(now);
  why_ = printable(why, false);
}

void DeliveryTrouble::delivered()
{
  *this = {};
}

bool DeliveryTrouble::may_try(Time now) const
{
  return !paused_ || has_passed(*paused_, pause_, now);
}

std::string DeliveryTrouble::problem(const std::string& receiver) const
{
  return since_
             ? "notifications to " + receiver + " are not delivered since " + time_text(*since_) + ": " + why_
             : std::string{};
}

}  // namespace muster::collector
