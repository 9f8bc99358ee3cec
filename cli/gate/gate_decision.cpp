// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/gate_decision.hpp"

#include <algorithm>

#include "cli/gate/duration.hpp"
#include "cli/output/time_text.hpp"

namespace muster::cli::gate {

using std::chrono::milliseconds;

GateDecision::Next GateDecision::on_try(Verdict judged, Clock::time_point began, Clock::time_point ended)
{
  auto next = judged == Verdict::pass ? after_healthy(began, ended) : after_unhealthy(judged);
  if (!next.verdict && time_is_over(ended + next.sleep)) {
    return out_of_time(judged, began);
  }
  return next;
}

GateDecision::Next GateDecision::after_healthy(Clock::time_point began, Clock::time_point ended)
{
  if (!healthy_since_) {
    healthy_since_ = ended;
  }
  if (patience_.healthy_for == milliseconds{0} || began - *healthy_since_ >= patience_.healthy_for) {
    return {Verdict::pass};
  }
  // Rounded up, so that the try begins when the time is full and not just before.
  const auto left = std::chrono::ceil<milliseconds>(*healthy_since_ + patience_.healthy_for - ended);
  return {std::nullopt, std::clamp(left, milliseconds{0}, patience_.sleep)};
}

GateDecision::Next GateDecision::after_unhealthy(Verdict judged)
{
  healthy_since_.reset();
  ++unhealthy_tries_;
  if (patience_.tries && unhealthy_tries_ >= *patience_.tries) {
    return {judged};
  }
  return {std::nullopt, patience_.sleep};
}

bool GateDecision::time_is_over(Clock::time_point next_try) const
{
  return patience_.timeout && next_try + patience_.longest_try > start_ + *patience_.timeout;
}

// Healthy, but not for long enough, is neither a pass nor a failure.
GateDecision::Next GateDecision::out_of_time(Verdict judged, Clock::time_point began) const
{
  if (judged != Verdict::pass) {
    return {judged, {}, "the time is over"};
  }
  const auto healthy = std::max(began - *healthy_since_, Clock::duration{0});
  return {
      Verdict::inconclusive,
      {},
      "the time is over after " + age_text(std::chrono::floor<std::chrono::seconds>(healthy)) +
          " in good health, and " + duration_word(patience_.healthy_for) + " were asked for"};
}

}  // namespace muster::cli::gate
