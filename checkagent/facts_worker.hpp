// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "checkagent/facts_source.hpp"

namespace muster::checkagent {

// Gathers facts on a thread that lives no longer than one gathering, so that an idle node has none.
class FactsWorker {
public:
  // Called on the worker's thread: post to your own executor from it.
  using Done = std::function<void(GatheredFacts)>;

  explicit FactsWorker(FactsSource source) : source_{std::move(source)} {}

  FactsWorker(const FactsWorker&) = delete;
  FactsWorker& operator=(const FactsWorker&) = delete;
  FactsWorker(FactsWorker&&) = delete;
  FactsWorker& operator=(FactsWorker&&) = delete;

  // Waits for a gathering under way; facter's deadline bounds it.
  ~FactsWorker();

  // False, and nothing happens, while a gathering is under way. Owner's thread only.
  bool start(Done done);

private:
  FactsSource source_;
  std::atomic<bool> busy_{false};
  std::thread thread_;
};

}  // namespace muster::checkagent
