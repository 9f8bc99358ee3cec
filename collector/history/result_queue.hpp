// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "collector/history/history_file.hpp"

namespace muster::collector {

// Some 90 MB: what 10,000 results a second with three values bring in ten seconds, and what a fleet of 1,000
// nodes with 10 checks a minute brings in ten minutes.
inline constexpr std::size_t max_queued_readings = 400'000;

struct QueuedResult {
  std::string node;
  std::string check;
  CheckReadings result;
  int attempts = 0;  // how often writing it has failed
};

// What is queued for one file, in the order of time.
struct ResultGroup {
  std::string node;
  std::string check;
  std::vector<CheckReadings> results;
  int attempts = 0;  // the most of its results
};

// Results that wait for being written. When there are too many, the oldest go. Pure; its owner locks it.
class ResultQueue {
public:
  explicit ResultQueue(std::size_t max_readings = max_queued_readings) : max_readings_{max_readings} {}

  // Returns how many results had to go for it.
  std::size_t push(QueuedResult result);

  // Everything, by file, the file of the oldest result first. The queue is empty then.
  std::vector<ResultGroup> take_groups();

  // Puts back what was taken, before what has come since. Returns how many results had to go.
  std::size_t give_back(std::vector<ResultGroup> groups);

  [[nodiscard]] std::size_t results() const { return queue_.size(); }

  [[nodiscard]] bool more_than_half_full() const { return readings_ > max_readings_ / 2; }

private:
  std::size_t trim();

  std::size_t max_readings_;
  std::size_t readings_ = 0;
  std::deque<QueuedResult> queue_;
};

}  // namespace muster::collector
