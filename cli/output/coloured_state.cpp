// SPDX-License-Identifier: Apache-2.0
#include "cli/output/coloured_state.hpp"

namespace muster::cli {

std::string coloured(CheckState state, const TextStyle& style)
{
  const auto word = to_string(state);
  switch (state) {
  case CheckState::ok:
    return style.green(word);
  case CheckState::warning:
    return style.yellow(word);
  case CheckState::critical:
    return style.red(word);
  case CheckState::unknown:
    break;
  }
  return style.cyan(word);
}

}  // namespace muster::cli
