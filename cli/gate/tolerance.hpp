// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"

namespace muster::cli::gate {

// How much trouble a gate lets through. One problem is one check on one node.
struct Tolerance {
  std::size_t most = 0;         // problems, or per cent of what was expected
  bool per_cent = false;        // of checks times nodes that should have answered, missing ones included
  bool accept_warning = false;  // WARNING is no problem

  [[nodiscard]] bool is_problem(CheckState state) const noexcept;
  [[nodiscard]] bool allows(std::size_t problems, std::size_t expected) const noexcept;
};

// "3" or "10%", as --max-problems takes it; the rest of the tolerance is as in `base`.
Expected<Tolerance> parse_max_problems(std::string_view text, Tolerance base);

// "none", "3" or "10%".
std::string allowance_text(const Tolerance& tolerance);

}  // namespace muster::cli::gate
