// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace muster::bridge {

// How fast counters grow, over the last minute. Pure; one thread.
class Rates {
public:
  using Steady = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds window{60};

  // Takes what a counter shows now, and gives back by how much a second it has grown.
  double take(const std::string& name, std::uint64_t value, Steady now)
  {
    auto& samples = samples_[name];
    samples.push_back({now, value});
    while (samples.front().time < now - window) {
      samples.pop_front();
    }
    const auto span = std::chrono::duration<double>{now - samples.front().time}.count();
    const auto grown = value < samples.front().value ? 0 : value - samples.front().value;
    return span > 0 ? static_cast<double>(grown) / span : 0.0;
  }

private:
  struct Sample {
    Steady time;
    std::uint64_t value;
  };

  std::map<std::string, std::deque<Sample>> samples_;
};

}  // namespace muster::bridge
