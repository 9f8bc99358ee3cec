// SPDX-License-Identifier: Apache-2.0
// A -S filter from the command line or the wire: read, decided about nodes of which more and more is known,
// and told in words.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/filter_words.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::CompoundFilter;
using muster::FactValue;
using muster::FunctionValues;
using muster::KnownOfNode;
using muster::Verdict;
using muster::fuzz::require;

std::size_t depth_of(const muster::Expression& expression)
{
  std::size_t deepest = 0;
  for (const auto& part : expression.parts) {
    deepest = std::max(deepest, depth_of(part) + 1);
  }
  return deepest;
}

void is_within_its_limits(const CompoundFilter& filter, std::string_view text)
{
  require(text.size() <= CompoundFilter::max_length);
  require(!filter.statements().empty() && filter.statements().size() <= CompoundFilter::max_statements);
  require(filter.functions().size() <= CompoundFilter::max_functions);
  // Of each level of nesting at most an `or`, an `and` and a `not`.
  require(depth_of(filter.expression()) <= 3 * (CompoundFilter::max_depth + 1));
}

// What is decided from a part of what is known must hold for the whole, and asking must come to an end.
void verdicts_agree(const CompoundFilter& filter)
{
  muster::Facts facts;
  facts.set("a", FactValue{std::string{"b"}});
  facts.set("g", FactValue{std::int64_t{1}});
  const std::vector<std::string> classes{"apache", "c"};
  const FunctionValues nothing;
  const auto early = filter.decide({facts, false, classes, false, nothing});
  FunctionValues values;
  const KnownOfNode known{facts, true, classes, true, values};
  std::size_t asked = 0;
  while (const auto question = filter.next_to_ask(known)) {
    require(!question->outputs.empty() && !values.contains(question->call));
    auto& value = values[question->call];
    if (question->call.argument.size() % 2 == 0) {
      value = muster::FunctionOutputs{{*question->outputs.begin(), FactValue{std::int64_t{0}}}};
    }
    require(++asked <= CompoundFilter::max_functions);
  }
  const auto late = filter.decide(known);
  require(early == Verdict::unknown || early == late);
}

void words_are_told(std::string_view text)
{
  muster::Filter filter;
  filter.compound = text;
  const auto lines = muster::in_words(filter);
  require(lines && !lines->empty() && lines->front().depth == 0);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  const auto filter = CompoundFilter::parse(text);
  if (!filter) {
    require(!filter.error().message.empty() && filter.error().message.size() < 1024);
    return 0;
  }
  is_within_its_limits(*filter, text);
  verdicts_agree(*filter);
  words_are_told(text);
  return 0;
}
