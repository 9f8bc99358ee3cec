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

  // Waits for a gathering under way, but not for the one to follow it; facter's deadline bounds it.
  ~FactsWorker();

  // While a gathering is under way, which may have read the files already, one more follows it, however often
  // it is asked for; that one tells the `done` of the first. Owner's thread only.
  void start(const Done& done);

private:
  enum class State { idle, gathering, asked_again };

  bool ask_the_one_under_way();
  void gather(const Done& done);

  FactsSource source_;
  std::atomic<State> state_{State::idle};
  std::thread thread_;
};

}  // namespace muster::checkagent
