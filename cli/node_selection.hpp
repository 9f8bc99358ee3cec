// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::cli {

// "5" or "10%", as --limit, --batch and --max-failures take it.
struct Share {
  std::size_t number = 0;
  bool percent = false;

  // Of so many; a percentage is rounded down, but is never less than one of something.
  [[nodiscard]] std::size_t of(std::size_t total) const;
};

// `option` names it in the error. Zero is refused: it would ask nobody.
Expected<Share> parse_share(const std::string& option, const std::string& text);

// `count` of the nodes, drawn by lot, in their order. The same seed draws the same ones of the same nodes.
std::vector<std::string> drawn(
    std::vector<std::string> nodes, std::size_t count, std::optional<std::uint64_t> seed);

// The nodes in groups of at most `size`, in their order.
std::vector<std::vector<std::string>> in_batches(const std::vector<std::string>& nodes, std::size_t size);

}  // namespace muster::cli
