// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/state/service_state.hpp"

namespace muster::collector {

// One check as its results come, minute by minute, and what was told of it.
class ServiceStory {
public:
  explicit ServiceStory(ServiceRules given = {}) : rules{std::move(given)} {}

  static Time at(std::chrono::seconds time) { return Time{std::chrono::hours{24 * 20'000}} + time; }

  static Observation result(CheckState state, std::chrono::seconds finished)
  {
    Observation observation;
    observation.state = state;
    observation.summary = to_string(state);
    observation.finished = at(finished);
    return observation;
  }

  // "O", "W", "C", "U", one a minute; each result's events as "W1" (soft, first attempt), "C3!" (hard),
  // "flapping_start", joined by blanks; "-" for a result that gave none.
  std::string run(std::string_view letters)
  {
    std::string told;
    for (const char letter : letters) {
      clock += std::chrono::minutes{1};
      told += told.empty() ? "" : " ";
      told += words(take_result(service, rules, result(state_of(letter), clock)));
    }
    return told;
  }

  static CheckState state_of(char letter)
  {
    constexpr std::string_view letters = "OWCU";
    return static_cast<CheckState>(letters.find(letter));
  }

  static std::string word(const Event& event)
  {
    if (event.kind != EventKind::state) {
      return std::string{to_string(event.kind)};
    }
    std::string text(1, to_string(event.to.value_or(CheckState::unknown)).front());
    text += event.attempt > 0 ? std::to_string(event.attempt) : "";
    text += event.hard ? "!" : "";
    return text;
  }

  static std::string words(const std::vector<Event>& events)
  {
    std::string text;
    for (const auto& event : events) {
      text += text.empty() ? "" : "+";
      text += word(event);
    }
    return text.empty() ? "-" : text;
  }

  ServiceRules rules;
  ServiceState service;
  std::chrono::seconds clock{0};
};

}  // namespace muster::collector
