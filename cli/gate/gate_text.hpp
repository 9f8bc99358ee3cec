// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/gate/comparison.hpp"
#include "cli/gate/ending.hpp"
#include "cli/gate/observation.hpp"
#include "cli/output/output_options.hpp"

namespace muster::cli::gate {

// What `mco gate` prints to standard output: the problems, worst first, what is missing and why, and one line
// with the verdict at the end. With `verbose` also what is well. docs/gates.md shows the layouts.
std::string gate_text(const Observation& seen, const Ending& ending, const OutputOptions& options);

// `mco gate compare`: what is worse, what has vanished or is missing, what is better and what is new; with
// `verbose` also the problems that were there before.
std::string compare_text(const Comparison& comparison, const Ending& ending, const OutputOptions& options);

// `mco gate save`: what is missing, and how much stands in the file. `file` empty: nothing was saved.
std::string save_text(const Observation& seen, const std::string& file, const OutputOptions& options);

// "try 1: 2 problems; again in 10.0 s" and a line feed: between two tries.
std::string try_text(
    std::size_t number, const Judgement& judgement, bool new_ones, std::chrono::milliseconds sleep);

}  // namespace muster::cli::gate
