// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "cli/output/text_style.hpp"
#include "cli/output/time_text.hpp"

namespace muster::cli {

// How the operator wants to see things.
struct OutputOptions {
  TextStyle style;
  std::size_t columns = 0;  // of the terminal; 0: no terminal
  std::size_t group = 3;    // from so many nodes up the same trouble is told once; 0: never
  bool verbose = false;
  Zone zone = Zone::local;
};

// Which nodes must be there for the exit status to be 0, besides those that the request was sent to.
struct Strictness {
  bool strict = false;                         // every node that the broker has ever heard of
  std::set<std::string, std::less<>> named{};  // by -I or --nodes
};

}  // namespace muster::cli
