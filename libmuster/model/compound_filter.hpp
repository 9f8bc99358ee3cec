// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/comparison.hpp"
#include "libmuster/model/data_function.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/filter.hpp"

namespace muster {

// The three kinds of a statement in a -S filter.
struct ClassStatement {
  std::string word;  // as -C takes it: a name, or /an expression/

  bool operator==(const ClassStatement&) const = default;
};

struct FactStatement {
  std::string name;  // a dotted path
  Comparison comparison;

  bool operator==(const FactStatement&) const = default;
};

struct FunctionStatement {
  FunctionCall call;
  std::string output;
  Comparison comparison;

  bool operator==(const FunctionStatement&) const = default;
};

using Statement = std::variant<ClassStatement, FactStatement, FunctionStatement>;

// A node of the tree that the words stand for.
struct Expression {
  enum class Kind { all, any, negation, statement };

  Kind kind = Kind::statement;
  std::vector<Expression> parts;  // of `all` and `any` at least two, of `negation` one
  std::size_t statement = 0;      // its place in CompoundFilter::statements()

  bool operator==(const Expression&) const = default;
};

// What is known of a node when a filter is decided; borrowed for one call.
struct KnownOfNode {
  const Facts& facts;
  bool all_facts = false;
  const std::vector<std::string>& classes;
  bool all_classes = false;
  const FunctionValues& functions;
};

// A -S filter, read and with its regular expressions built (docs/filters.md has the grammar). Cheap to copy,
// safe to share between threads.
class CompoundFilter {
public:
  static constexpr std::size_t max_length = Filter::max_compound_length;
  static constexpr std::size_t max_depth = 32;       // of parentheses and negations: the reader is recursive
  static constexpr std::size_t max_statements = 64;  // as a filter may have terms
  static constexpr std::size_t max_functions = 8;    // different calls; each is work on every node of a fleet

  // Fails with where it is wrong ("at character 12"), what is wrong there, and what to write instead.
  static Expected<CompoundFilter> parse(std::string_view text);

  [[nodiscard]] const Expression& expression() const;
  [[nodiscard]] const std::vector<Statement>& statements() const;

  // Data functions that must be asked on the node itself, each once; `fact` is not among them.
  [[nodiscard]] std::vector<FunctionCall> functions() const;
  [[nodiscard]] bool asks_for_classes() const;

  // `unknown`: it hangs on what is not known. A fact or an output that a node does not have matches nothing;
  // a function that cannot be told there stays unknown, also behind `not`.
  [[nodiscard]] Verdict decide(const KnownOfNode& known) const;

  // The first call that has not been made yet and on which the verdict hangs.
  [[nodiscard]] std::optional<FunctionQuestion> next_to_ask(const KnownOfNode& known) const;

private:
  struct Tree;

  explicit CompoundFilter(std::shared_ptr<const Tree> tree) : tree_{std::move(tree)} {}

  std::shared_ptr<const Tree> tree_;
};

// What parse() makes of the words, before any regular expression is built.
struct ParsedCompound {
  Expression expression;
  std::vector<Statement> statements;
  std::vector<std::size_t> positions;  // of each statement, from 1
};

Expected<ParsedCompound> parse_compound(std::string_view text);

}  // namespace muster
