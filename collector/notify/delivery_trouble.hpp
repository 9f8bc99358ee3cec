// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "collector/state/event.hpp"

namespace muster::collector {

// How a delivery ended.
struct DeliveryResult {
  enum class Outcome {
    delivered,
    again,    // it may pass: a connection that fails, a program that says no, HTTP 5xx
    refused,  // it would never be taken: HTTP 4xx
  };

  Outcome outcome = Outcome::delivered;
  std::string why{};                                       // of the others: one sentence, hostile
  std::optional<std::chrono::milliseconds> retry_after{};  // as the receiver wants it
};

// Whether a clock has gone on by `duration`. One that was set back must not make anybody wait for the old
// time.
bool has_passed(Time since, std::chrono::milliseconds duration, Time now);

// Deliveries to one receiver that fail: when the next try is, and what there is to say about it. Pure.
class DeliveryTrouble {
public:
  // Doubled with each failure in a row.
  static constexpr std::chrono::seconds first_pause{5};
  static constexpr std::chrono::minutes longest_pause{5};
  // What a receiver may ask for in Retry-After.
  static constexpr std::chrono::hours longest_wish{1};

  void failed(const DeliveryResult& result, Time now);

  // It was reached and said no, for good; the next one may fare better.
  void refused(const std::string& why, Time now);

  void delivered();

  [[nodiscard]] bool may_try(Time now) const;

  // Why the last one failed, printable; empty after one that arrived.
  [[nodiscard]] const std::string& why() const { return why_; }

  // "notifications to ops are not delivered since …: why"; empty while all is well.
  [[nodiscard]] std::string problem(const std::string& receiver) const;

private:
  std::optional<Time> paused_;  // since
  std::chrono::milliseconds pause_{0};
  std::optional<Time> since_;
  std::string why_;
  std::size_t failures_ = 0;  // in a row
};

}  // namespace muster::collector
