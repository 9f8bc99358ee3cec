// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/model/pattern.hpp"

namespace muster {

// How a filter compares a fact, or what a data function gave, with what the operator wrote.
struct Comparison {
  FactOperator op = FactOperator::equals;
  std::string value;
  bool is_pattern = false;  // a regular expression, with its slashes if it was written with them

  bool operator==(const Comparison&) const = default;
};

// The comparison of a -F term: a value between slashes is an expression with = and !=, and always with =~.
Comparison comparison_of(const FactTerm& term);

// A comparison with its expression built. Cheap to copy, safe to share between threads.
class CompiledComparison {
public:
  // Fails on an expression that is empty, invalid or too large.
  static Expected<CompiledComparison> compile(Comparison comparison);

  // An array holds by any element, a map by any key.
  [[nodiscard]] bool holds_for(const FactValue& value) const { return holds_for(value, 0); }

private:
  CompiledComparison(Comparison comparison, std::optional<Pattern> pattern)
      : comparison_{std::move(comparison)}, pattern_{std::move(pattern)}
  {}

  [[nodiscard]] bool equal(std::string_view text) const;
  [[nodiscard]] bool holds_for_text(std::string_view text) const;
  [[nodiscard]] bool holds_for(const FactValue& value, std::size_t depth) const;

  Comparison comparison_;
  std::optional<Pattern> pattern_;
};

// A word of -I, -C or -A: a name, ignoring case, or a regular expression when it starts with a slash.
class WordTest {
public:
  static Expected<WordTest> compile(const std::string& word);

  [[nodiscard]] bool holds(std::string_view candidate) const;
  [[nodiscard]] bool holds_for_any(const std::vector<std::string>& candidates) const;

private:
  WordTest(std::string word, std::optional<Pattern> pattern)
      : word_{std::move(word)}, pattern_{std::move(pattern)}
  {}

  std::string word_;
  std::optional<Pattern> pattern_;
};

}  // namespace muster
