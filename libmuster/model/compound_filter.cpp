// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/compound_filter.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

using Kind = Expression::Kind;

Verdict verdict_of(bool holds) noexcept
{
  return holds ? Verdict::yes : Verdict::no;
}

Verdict opposite(Verdict verdict) noexcept
{
  switch (verdict) {
  case Verdict::yes:
    return Verdict::no;
  case Verdict::no:
    return Verdict::yes;
  case Verdict::unknown:
    break;
  }
  return Verdict::unknown;
}

// A statement with its expressions built.
struct CompiledStatement {
  const Statement* statement = nullptr;
  std::optional<WordTest> word;                  // of a class
  std::optional<CompiledComparison> comparison;  // of the others

  [[nodiscard]] Verdict decide(const KnownOfNode& known) const;

private:
  [[nodiscard]] Verdict decide_fact(const std::string& path, const KnownOfNode& known) const;
  [[nodiscard]] Verdict decide_function(const FunctionStatement& asked, const KnownOfNode& known) const;
};

Verdict CompiledStatement::decide(const KnownOfNode& known) const
{
  if (const auto* fact = std::get_if<FactStatement>(statement)) {
    return decide_fact(fact->name, known);
  }
  if (const auto* function = std::get_if<FunctionStatement>(statement)) {
    return decide_function(*function, known);
  }
  if (word->holds_for_any(known.classes)) {
    return Verdict::yes;
  }
  return known.all_classes ? Verdict::no : Verdict::unknown;
}

Verdict CompiledStatement::decide_fact(const std::string& path, const KnownOfNode& known) const
{
  if (const auto* value = known.facts.find(path)) {
    return verdict_of(comparison->holds_for(*value));
  }
  return known.all_facts ? Verdict::no : Verdict::unknown;
}

Verdict CompiledStatement::decide_function(const FunctionStatement& asked, const KnownOfNode& known) const
{
  if (asked.call.function == "fact") {
    if (asked.output == "value") {
      return decide_fact(asked.call.argument, known);
    }
    const bool exists = known.facts.find(asked.call.argument) != nullptr;
    return exists || known.all_facts ? verdict_of(comparison->holds_for(FactValue{exists}))
                                     : Verdict::unknown;
  }
  const auto found = known.functions.find(asked.call);
  if (found == known.functions.end() || !found->second) {
    return Verdict::unknown;
  }
  const auto output = found->second->find(asked.output);
  return verdict_of(output != found->second->end() && comparison->holds_for(output->second));
}

Expected<CompiledStatement> compile(const Statement& statement)
{
  CompiledStatement result{&statement, std::nullopt, std::nullopt};
  if (const auto* one = std::get_if<ClassStatement>(&statement)) {
    auto word = WordTest::compile(one->word);
    if (!word) {
      return tl::make_unexpected(std::move(word).error());
    }
    result.word = *std::move(word);
    return result;
  }
  const auto* fact = std::get_if<FactStatement>(&statement);
  auto comparison = CompiledComparison::compile(
      fact != nullptr ? fact->comparison : std::get<FunctionStatement>(statement).comparison);
  if (!comparison) {
    return tl::make_unexpected(std::move(comparison).error());
  }
  result.comparison = *std::move(comparison);
  return result;
}

// The call that a statement needs to be made on the node, or null.
const FunctionCall* call_of(const Statement& statement) noexcept
{
  const auto* function = std::get_if<FunctionStatement>(&statement);
  return function == nullptr || function->call.function == "fact" ? nullptr : &function->call;
}

}  // namespace

struct CompoundFilter::Tree {
  explicit Tree(ParsedCompound read) : parsed{std::move(read)} {}

  ParsedCompound parsed;
  std::vector<CompiledStatement> statements;

  [[nodiscard]] Verdict decide(const Expression& expression, const KnownOfNode& known) const;
  [[nodiscard]] const FunctionCall* next_to_ask(const Expression& expression, const KnownOfNode& known) const;
};

Verdict CompoundFilter::Tree::decide(const Expression& expression, const KnownOfNode& known) const
{
  if (expression.kind == Kind::statement) {
    return statements[expression.statement].decide(known);
  }
  if (expression.kind == Kind::negation) {
    return opposite(decide(expression.parts.front(), known));
  }
  const auto decisive = expression.kind == Kind::all ? Verdict::no : Verdict::yes;
  auto verdict = opposite(decisive);
  for (const auto& part : expression.parts) {
    const auto one = decide(part, known);
    if (one == decisive) {
      return decisive;
    }
    verdict = one == Verdict::unknown ? one : verdict;
  }
  return verdict;
}

const FunctionCall* CompoundFilter::Tree::next_to_ask(
    const Expression& expression, const KnownOfNode& known) const
{
  if (decide(expression, known) != Verdict::unknown) {
    return nullptr;
  }
  if (expression.kind == Kind::statement) {
    const auto* call = call_of(parsed.statements[expression.statement]);
    return call == nullptr || known.functions.contains(*call) ? nullptr : call;
  }
  for (const auto& part : expression.parts) {
    if (const auto* call = next_to_ask(part, known)) {
      return call;
    }
  }
  return nullptr;
}

Expected<CompoundFilter> CompoundFilter::parse(std::string_view text)
{
  auto parsed = parse_compound(text);
  if (!parsed) {
    return tl::make_unexpected(std::move(parsed).error());
  }
  const auto tree = std::make_shared<Tree>(*std::move(parsed));
  for (const auto& statement : tree->parsed.statements) {
    auto compiled = compile(statement);
    if (!compiled) {
      const auto position = tree->parsed.positions[tree->statements.size()];
      return tl::make_unexpected(compiled.error().with_context("at character " + std::to_string(position)));
    }
    tree->statements.push_back(*std::move(compiled));
  }
  CompoundFilter filter{tree};
  if (filter.functions().size() > max_functions) {
    return failure(
        ErrorCode::invalid_input,
        "more than " + std::to_string(max_functions) +
            " data functions: each is work on every node; narrow the filter down with facts or classes");
  }
  return filter;
}

const Expression& CompoundFilter::expression() const
{
  return tree_->parsed.expression;
}

const std::vector<Statement>& CompoundFilter::statements() const
{
  return tree_->parsed.statements;
}

std::vector<FunctionCall> CompoundFilter::functions() const
{
  std::vector<FunctionCall> calls;
  for (const auto& statement : statements()) {
    const auto* call = call_of(statement);
    if (call != nullptr && std::find(calls.begin(), calls.end(), *call) == calls.end()) {
      calls.push_back(*call);
    }
  }
  return calls;
}

bool CompoundFilter::asks_for_classes() const
{
  return std::any_of(statements().begin(), statements().end(), [](const Statement& statement) {
    return std::holds_alternative<ClassStatement>(statement);
  });
}

Verdict CompoundFilter::decide(const KnownOfNode& known) const
{
  return tree_->decide(expression(), known);
}

std::optional<FunctionQuestion> CompoundFilter::next_to_ask(const KnownOfNode& known) const
{
  const auto* call = tree_->next_to_ask(expression(), known);
  if (call == nullptr) {
    return std::nullopt;
  }
  FunctionQuestion question{*call, {}};
  for (const auto& statement : statements()) {
    const auto* function = std::get_if<FunctionStatement>(&statement);
    if (function != nullptr && function->call == *call) {
      question.outputs.insert(function->output);
    }
  }
  return question;
}

}  // namespace muster
