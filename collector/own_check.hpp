// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collector/board/board.hpp"

namespace muster::collector {

// The collector's check of itself, under this name and with the collector as its node.
inline constexpr std::string_view own_check_name = "collector";

// How the collector finds itself.
struct OwnState {
  CheckState state = CheckState::ok;
  Time since;
  Time looked;
  std::string summary;
  std::string perfdata;
};

// Makes a check result of what the collector knows of itself: CRITICAL if it cannot do its work – nothing can
// be stored, there is no broker –, WARNING if something is wrong with it or was within the last ten minutes,
// or another collector of its group has died: that one cannot say so.
// It is not kept with the fleet's results: it must be there when nothing can be stored. Pure; one thread.
class OwnCheck {
public:
  // Rates, and what was lost and left out, are those of this time.
  static constexpr std::chrono::minutes window{10};
  // A broker that restarts, a disk that is busy for a moment: not worth a word.
  static constexpr std::chrono::seconds patience{30};
  // A disk with hardly any room takes some things and some not, every few seconds: that is one problem.
  static constexpr std::chrono::seconds calm{10};
  // Turns in the window that a busy machine may miss.
  static constexpr std::uint64_t tolerated_turns = 2;

  // Whether an event has become of it: the state is another one. To be called every few seconds.
  std::optional<StoredEvent> look(const CollectorHealth& health, Time now);

  // None before the first look.
  [[nodiscard]] const std::optional<OwnState>& state() const { return state_; }

private:
  struct Sample {
    Time time;
    std::uint64_t results = 0;
    std::uint64_t missed = 0;
    std::uint64_t dropped = 0;
    std::uint64_t gaps = 0;
  };

  struct Finding {
    CheckState state = CheckState::ok;
    std::string words;
  };

  void take_sample(const CollectorHealth& health, Time now);
  [[nodiscard]] Finding find(const CollectorHealth& health) const;
  [[nodiscard]] std::string losses() const;
  [[nodiscard]] std::string work(const CollectorHealth& health) const;
  [[nodiscard]] double results_per_second() const;
  [[nodiscard]] bool has_lasted(const CollectorHealth& health, CheckState found, Time now);

  std::deque<Sample> samples_;  // of the window, the oldest first
  std::optional<OwnState> state_;
  std::optional<std::pair<CheckState, Time>> found_;  // what is seen now, and since when
};

}  // namespace muster::collector
