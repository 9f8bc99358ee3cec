// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/data_function.hpp"
#include "libmuster/model/facts.hpp"

namespace muster {

enum class FactOperator {
  equals,         // =   ignores case; a value written /re/ is a regular expression
  exactly,        // ==  byte for byte
  not_equals,     // !=  the opposite of =, but a missing fact still does not match
  matches,        // =~  regular expression, with or without its slashes
  less,           // <   the orders compare as numbers when both sides are numbers, else as text
  less_equal,     // <=  or =<
  greater,        // >
  greater_equal,  // >=  or =>
};

// The operator as it is written: "=", "==", "!=", "=~", "<", "<=", ">", ">=".
std::string_view to_string(FactOperator op) noexcept;
Expected<FactOperator> parse_fact_operator(std::string_view text);

// One -F term as the operator wrote it, so that it can travel; what it means is decided when it is compiled.
struct FactTerm {
  std::string name;  // a dotted path
  FactOperator op = FactOperator::equals;
  std::string value;

  bool operator==(const FactTerm&) const = default;
};

// Which nodes are meant. A word that starts with '/' is a regular expression, any other stands for itself,
// ignoring case. Different kinds must all hold; of one kind all terms, of identities any.
struct Filter {
  static constexpr std::size_t max_terms = 64;  // more is a generated list: that is what --nodes is for
  static constexpr std::size_t max_term_length = 1024;      // of one name, value or word, in bytes
  static constexpr std::size_t max_compound_length = 4096;  // bytes of -S: an operator types a line

  std::vector<std::string> identities;
  std::vector<std::string> classes;
  std::vector<std::string> agents;
  std::vector<FactTerm> facts;
  std::string compound{};  // -S as it was typed (compound_filter.hpp); empty: none

  [[nodiscard]] bool empty() const noexcept;
  bool operator==(const Filter&) const = default;
};

// A term that is a regular expression, so that it names no single node, class or agent.
bool is_pattern(std::string_view word) noexcept;

// True when the filter is nothing but names of nodes: those nodes can be asked directly.
bool only_names_nodes(const Filter& filter) noexcept;

// "kernel=linux", "memorysize_mb >= 2048", "os.family=/deb/", as `-F` takes it.
Expected<FactTerm> parse_fact_term(std::string_view text);

// "/apache/ location=uk", as `-W` takes it: each word is a fact term if it reads as one, else a class.
Expected<void> add_combined(Filter& filter, std::string_view words);

// What a filter looks at; borrowed for the duration of the call.
struct NodeView {
  std::string_view name;
  const Facts& facts;
  const std::vector<std::string>& classes;
  const std::vector<std::string>& agents;
};

// What presence tells of a node: its name and agents in full, but only some facts (each of those whole)
// and perhaps not all classes.
struct AnnouncedNode {
  NodeView node;
  bool classes_complete = false;
};

// What a node has found out for one filter.
struct NodeKnowledge {
  bool classes = true;       // false: they cannot be read
  FunctionValues functions;  // the data functions asked so far
};

enum class Verdict { yes, no, unknown };

// A filter with its regular expressions built, each with a bounded memory. Cheap to copy, safe to share
// between threads.
class CompiledFilter {
public:
  // Fails on a limit or on an invalid expression, and names the term.
  static Expected<CompiledFilter> compile(const Filter& filter);

  [[nodiscard]] bool matches(const NodeView& node) const;

  // What can be said of a node without asking it; `unknown` means: ask it.
  [[nodiscard]] Verdict decide_partially(const AnnouncedNode& announced) const;

  // What the node itself can say; `unknown`: it hangs on data functions, or on classes that cannot be read.
  [[nodiscard]] Verdict decide(const NodeView& node, const NodeKnowledge& knowledge) const;

  // The first data function that has not been asked yet and on which the verdict hangs.
  [[nodiscard]] std::optional<FunctionQuestion> next_to_ask(
      const NodeView& node, const NodeKnowledge& knowledge) const;

  [[nodiscard]] bool asks_for_classes() const;

  // The data functions that it may ask on the node, each once.
  [[nodiscard]] std::vector<FunctionCall> functions() const;

private:
  struct Terms;

  explicit CompiledFilter(std::shared_ptr<const Terms> terms) : terms_{std::move(terms)} {}

  std::shared_ptr<const Terms> terms_;
};

}  // namespace muster
