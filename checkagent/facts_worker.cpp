// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facts_worker.hpp"

#include <utility>

namespace muster::checkagent {

FactsWorker::~FactsWorker()
{
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool FactsWorker::start(Done done)
{
  if (busy_.exchange(true)) {
    return false;
  }
  if (thread_.joinable()) {
    thread_.join();  // it has cleared busy_ as its last act
  }
  thread_ = std::thread{[this, done = std::move(done)] {
    done(source_.gather());
    busy_.store(false);
  }};
  return true;
}

}  // namespace muster::checkagent
