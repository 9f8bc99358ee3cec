// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cli/gate/observation.hpp"
#include "cli/gate/tolerance.hpp"
#include "cli/gate/verdict.hpp"

namespace muster::cli::gate {

// What one try says, all by itself.
struct Judgement {
  Verdict verdict = Verdict::inconclusive;
  std::size_t problems = 0;  // that count: in a comparison the new ones only
  std::size_t missing = 0;   // results
  std::string doubt{};       // as in Observation
};

// More problems than allowed is a failure, whatever may be missing besides; else anything missing, or a
// doubt, is inconclusive.
Judgement judge(
    std::size_t problems,
    std::size_t missing,
    std::size_t expected,
    std::string doubt,
    const Tolerance& tolerance);

Judgement judge(const Observation& seen, const Tolerance& tolerance);

// "2 problems, 1 result missing", "no problem".
std::string judgement_text(const Judgement& judgement, bool new_ones);

}  // namespace muster::cli::gate
