// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facts_worker.hpp"

namespace muster::checkagent {

FactsWorker::~FactsWorker()
{
  auto asked_again = State::asked_again;
  state_.compare_exchange_strong(asked_again, State::gathering);
  if (thread_.joinable()) {
    thread_.join();
  }
}

void FactsWorker::start(const Done& done)
{
  if (ask_the_one_under_way()) {
    return;
  }
  if (thread_.joinable()) {
    thread_.join();  // to be idle was its last act
  }
  state_.store(State::gathering);
  thread_ = std::thread{[this, done] { gather(done); }};
}

// False if there is none.
bool FactsWorker::ask_the_one_under_way()
{
  auto known = State::gathering;
  return state_.compare_exchange_strong(known, State::asked_again) || known == State::asked_again;
}

void FactsWorker::gather(const Done& done)
{
  auto known = State::gathering;
  do {
    state_.store(State::gathering);
    done(source_.gather());
    known = State::gathering;
  } while (!state_.compare_exchange_strong(known, State::idle));
}

}  // namespace muster::checkagent
