// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace muster::cli {

// The bar that grows while answers come: MCollective's, " | [ ====>   ] 5 / 10". It makes the bytes; the
// caller writes them, to a terminal only, and asks for erase() before any other text goes there. One thread.
class ProgressBar {
public:
  // The next frame: it goes back to the start of the line and draws over the frame before. `total`: nothing
  // as long as it is not known. `columns`: of the terminal right now; too few of them leave only the numbers.
  std::string frame(std::size_t done, std::optional<std::size_t> total, std::size_t columns);

  // Empties the line and leaves the cursor at its start; nothing if nothing is drawn. Blanks do it, so that
  // it works on a terminal without control sequences.
  std::string erase();

private:
  std::size_t drawn_ = 0;  // columns of the frame that stands there
  std::size_t turn_ = 0;   // of the spinner
};

}  // namespace muster::cli
