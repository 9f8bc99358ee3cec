// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "cli/gate/judgement.hpp"
#include "cli/gate/tolerance.hpp"

namespace muster::cli::gate {

// How a gate ended, beside what its last try has learned.
struct Ending {
  Verdict verdict = Verdict::inconclusive;
  Judgement judgement;  // of the last try
  std::string why{};    // of a verdict that is not the last try's own
  std::size_t tries = 1;
  std::chrono::milliseconds took{};
  Tolerance tolerance{};
};

}  // namespace muster::cli::gate
