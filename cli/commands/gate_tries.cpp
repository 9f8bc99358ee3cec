// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/gate_tries.hpp"

#include <utility>

#include "cli/gate/duration.hpp"
#include "cli/gate/gate_text.hpp"
#include "cli/interruptible_pause.hpp"
#include "cli/terminal.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_wait{1000};  // for the plugins of one try
constexpr std::chrono::minutes time_to_get_healthy{5};

// --tries alone ends a gate by its count, --healthy-for alone must not wait for ever.
std::optional<milliseconds> timeout_of(const GateArguments& gate)
{
  if (!gate.timeout && !gate.tries && gate.healthy_for > milliseconds{0}) {
    return gate.healthy_for + time_to_get_healthy;
  }
  return gate.timeout;
}

// One that may be tried again and again, or just once.
std::optional<std::size_t> tries_of(const GateArguments& gate)
{
  const bool ends_by_time = gate.timeout || gate.healthy_for > milliseconds{0};
  return gate.tries || ends_by_time ? gate.tries : std::optional<std::size_t>{1};
}

tl::unexpected<Error> no_room(milliseconds timeout, milliseconds needed)
{
  return failure(
      ErrorCode::invalid_input,
      "--timeout " + gate::duration_word(timeout) + " is too short: --healthy-for, -t and " +
          gate::duration_word(fleet::FleetRequest::patience) + " for the answers come to " +
          gate::duration_word(needed) + "; give more, or a smaller -t or --healthy-for");
}

bool between_tries(
    const FleetArguments& arguments, InterruptiblePause& pause, const std::string& told, milliseconds sleep)
{
  if (!arguments.quiet) {
    complain(told);
  }
  return pause.wait(sleep);
}

// Whoever interrupted the pause has interrupted the gate; the last report is what is known.
void interrupt(Tried& tried)
{
  tried.report.interrupted = true;
  tried.ending.why = "interrupted";
  if (tried.ending.verdict == gate::Verdict::pass) {
    tried.ending.verdict = gate::Verdict::inconclusive;
  }
}

}  // namespace

Expected<gate::Patience> patience_of(
    const FleetArguments& arguments, const GateArguments& gate, Prepared& prepared)
{
  gate::Patience patience{tries_of(gate), gate.sleep, gate.healthy_for, timeout_of(gate)};
  auto& wait = prepared.addressed.question.wait;
  if (patience.timeout) {
    const auto room = *patience.timeout - patience.healthy_for - fleet::FleetRequest::patience;
    const auto least = arguments.timeout_s ? wait : std::min(wait, shortest_wait);
    if (room < least) {
      return no_room(*patience.timeout, patience.healthy_for + fleet::FleetRequest::patience + least);
    }
    wait = std::min(wait, room);
  }
  patience.longest_try = wait + fleet::FleetRequest::patience;
  return patience;
}

tl::expected<Tried, int> try_until_decided(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const gate::Patience& patience,
    bool new_ones,
    const std::function<gate::Judgement(const fleet::FleetReport&)>& judged)
{
  InterruptiblePause pause;
  const auto start = gate::Clock::now();
  gate::GateDecision decision{patience, start};
  Tried tried;
  for (std::size_t number = 1;; ++number) {
    const auto began = gate::Clock::now();
    auto report = ask(arguments, prepared);
    if (!report) {
      return tl::unexpected{report.error()};
    }
    const auto ended = gate::Clock::now();
    tried.report = std::move(*report);
    tried.ending.judgement = judged(tried.report);
    tried.ending.verdict = tried.ending.judgement.verdict;
    tried.ending.tries = number;
    tried.ending.took = std::chrono::duration_cast<milliseconds>(ended - start);
    if (final_status(tried.report, 0) != 0) {
      return tried;
    }
    const auto next = decision.on_try(tried.ending.verdict, began, ended);
    if (next.verdict) {
      tried.ending.verdict = *next.verdict;
      tried.ending.why = next.why;
      return tried;
    }
    const auto told = gate::try_text(number, tried.ending.judgement, new_ones, next.sleep);
    if (!between_tries(arguments, pause, told, next.sleep)) {
      interrupt(tried);
      return tried;
    }
  }
}

}  // namespace muster::cli
