// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/pattern.hpp"

namespace muster::bridge {

// Names of nodes or of checks, as `-I` takes them: a word stands for itself, /…/ is a regular expression that
// is searched for. Cheap to ask whatever its length, but for its expressions.
class NameList {
public:
  // Fails on an expression that is none, and says why.
  Expected<void> add(std::string_view word);

  [[nodiscard]] bool empty() const noexcept { return words_.empty() && patterns_.empty(); }

  [[nodiscard]] bool has(std::string_view name) const;

private:
  std::unordered_set<std::string> words_;
  std::vector<Pattern> patterns_;
};

}  // namespace muster::bridge
