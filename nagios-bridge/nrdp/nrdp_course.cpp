// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_course.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace muster::bridge {

NrdpCourse::NrdpCourse(const NrdpSettings& settings, Ticket safe)
    : apart_{settings.apart}, most_{settings.batch}, read_from_{safe}
{}

NrdpCourse::Step NrdpCourse::next(TimePoint now) const
{
  using Kind = Step::Kind;
  if (now < not_before_) {
    return {Kind::wait, not_before_};
  }
  if (waiting_.size() < most_ && !dry_) {
    return {Kind::read, {}};
  }
  if (waiting_.empty()) {
    return {works_ ? Kind::wait : Kind::post, {}};
  }
  const auto held = held_until(waiting_.front());
  return held && *held > now ? Step{Kind::wait, held} : Step{Kind::post, {}};
}

void NrdpCourse::read(std::vector<PassiveResult> results, Ticket until)
{
  read_from_ = until;
  std::move(results.begin(), results.end(), std::back_inserter(waiting_));
}

std::vector<const PassiveResult*> NrdpCourse::batch(TimePoint now) const
{
  std::vector<const PassiveResult*> batch;
  std::set<Name> names;
  for (const auto& result : waiting_) {
    const auto held = held_until(result);
    const bool is_free = !held || *held <= now;
    const bool is_first = apart_.count() == 0 || names.emplace(result.host, result.service).second;
    if (batch.size() == most_ || !is_free || !is_first) {
      break;
    }
    batch.push_back(&result);
  }
  return batch;
}

void NrdpCourse::taken(TimePoint now, std::size_t count)
{
  forget_old(now);
  for (std::size_t i = 0; i < count; ++i) {
    auto& result = waiting_.front();
    if (apart_.count() > 0) {
      told_[{std::move(result.host), std::move(result.service)}] = now;
    }
    waiting_.pop_front();
  }
  pause_ = first_pause;
  tries_ = 0;
  works_ = true;
}

void NrdpCourse::failed(TimePoint now)
{
  not_before_ = now + pause_;
  pause_ = std::min(pause_ * 2, longest_pause);
  dry_ = false;
  tries_ += waiting_.empty() ? 0U : 1U;
  works_ = false;
}

Ticket NrdpCourse::safe() const
{
  return waiting_.empty() ? read_from_ : waiting_.front().ticket - 1;
}

std::optional<NrdpCourse::TimePoint> NrdpCourse::held_until(const PassiveResult& result) const
{
  const auto told = told_.find({result.host, result.service});
  return told == told_.end() ? std::nullopt : std::optional{told->second + apart_};
}

void NrdpCourse::forget_old(TimePoint now)
{
  std::erase_if(told_, [&](const auto& told) { return told.second + apart_ <= now; });
}

}  // namespace muster::bridge
