// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace re2 {
class RE2;
}

namespace muster {

// A regular expression in RE2's syntax, which a user or the wire may bring: its search time is linear in the
// text whatever the expression. Cheap to copy, safe to share between threads.
class Pattern {
public:
  // Room for some thousand states; 64 terms of a filter together stay below 16 MiB.
  static constexpr std::int64_t memory_budget = std::int64_t{256} << 10;

  // Fails on an expression that is empty, invalid or too large, and says why in RE2's words.
  static Expected<Pattern> compile(std::string_view expression);

  // Searches, unanchored.
  [[nodiscard]] bool found_in(std::string_view text) const;

private:
  explicit Pattern(std::shared_ptr<const re2::RE2> expression);

  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace muster
