// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/filter.hpp"

namespace muster {

// A node as a policy looks at it; borrowed for one call.
struct PolicyNode {
  NodeView view;
  bool classes_known = true;  // false: the node cannot read its own, so nothing is said about them
};

// The facts or the classes column of a policy's line: "*", a list of terms that must all hold, or a compound
// expression as -S takes it, in the facts column of facts and classes, in that of classes of these alone, and
// without data functions: who may do something must not hang on what a plugin says. A value; cheap to copy.
class PolicyCondition {
public:
  enum class Column { facts, classes };

  // "*".
  PolicyCondition() = default;

  // Fails on a word that does not belong into this column, and says which would.
  static Expected<PolicyCondition> parse(std::string_view text, Column column);

  // `unknown`: it hangs on classes that the node cannot read.
  [[nodiscard]] Verdict holds(const PolicyNode& node) const;

  // The first term that does not hold and what the node has instead; empty if all hold.
  [[nodiscard]] std::string why_not(const PolicyNode& node) const;

private:
  struct Term {
    std::string text;
    std::string fact;  // the fact's name; empty: a class or an expression
    CompiledFilter filter;

    [[nodiscard]] Verdict holds(const PolicyNode& node) const;
    [[nodiscard]] std::string why_not(const PolicyNode& node) const;
  };

  static Expected<CompoundFilter> parse_compound(std::string_view text, Column column);
  static Expected<Term> parse_term(std::string_view word, Column column);

  std::vector<Term> terms_;
  std::optional<CompoundFilter> compound_;  // then there are no terms
};

}  // namespace muster
