// SPDX-License-Identifier: Apache-2.0
// A filter from the command line or the wire, against a node that the input describes too. Each line starts
// with what it is: F, C, I, A, W as the options; f, c, a a fact, a class, an agent of the node.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/filter.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::CompiledFilter;
using muster::Filter;
using muster::Verdict;
using muster::fuzz::require;

struct Node {
  muster::Facts facts;
  std::vector<std::string> classes;
  std::vector<std::string> agents;
};

void term_reads_back(const muster::FactTerm& term)
{
  require(!term.name.empty() && !term.value.empty());
  const auto again =
      muster::parse_fact_term(term.name + " " + std::string{to_string(term.op)} + " " + term.value);
  require(again ? *again == term : term.name.size() + term.value.size() + 4 > Filter::max_term_length);
}

void add_fact(std::string_view line, muster::Facts& facts)
{
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) {
    return;
  }
  const std::string text{line.substr(equals + 1)};
  muster::FactValue value{text};
  if (text.size() % 3 == 1) {
    value = {muster::FactValue::Array{{text}, {true}, {std::int64_t{7}}}};
  } else if (text.size() % 3 == 2) {
    value = {muster::FactValue::Map{{text, {2.5}}}};
  }
  facts.set(std::string{line.substr(0, equals)}, std::move(value));
}

void read_line(std::string_view line, Filter& filter, Node& node)
{
  const auto rest = line.substr(1);
  switch (line.front()) {
  case 'F':
    if (auto term = muster::parse_fact_term(rest)) {
      term_reads_back(*term);
      filter.facts.push_back(*std::move(term));
    }
    break;
  case 'W': {
    const auto before = filter;
    if (!add_combined(filter, rest)) {
      require(filter == before);
    }
    break;
  }
  case 'C':
    filter.classes.emplace_back(rest);
    break;
  case 'I':
    filter.identities.emplace_back(rest);
    break;
  case 'A':
    filter.agents.emplace_back(rest);
    break;
  case 'f':
    add_fact(rest, node.facts);
    break;
  case 'c':
    node.classes.emplace_back(rest);
    break;
  default:
    node.agents.emplace_back(rest);
    break;
  }
}

// A node announces some of its facts and classes: what is decided from them must hold for the whole node.
Node announced_part(const Node& node)
{
  Node part{{}, {}, node.agents};
  bool announced = false;
  for (const auto& [name, value] : node.facts.all()) {
    announced = !announced;
    if (announced) {
      part.facts.set(name, value);
    }
  }
  part.classes.assign(
      node.classes.begin(), node.classes.begin() + static_cast<std::ptrdiff_t>(node.classes.size() / 2));
  return part;
}

// Paths may go through a fact whose other half is a fact of its own name ("a" and "a.b"), and which of them
// is found depends on which are there. Announcing is by path, so this does not happen in the product.
bool has_overlapping_names(const muster::Facts& facts)
{
  for (const auto& [name, value] : facts.all()) {
    if (name.find('.') != std::string::npos) {
      return true;
    }
  }
  return false;
}

void verdicts_agree(const CompiledFilter& filter, const Node& node)
{
  const muster::NodeView whole{"web1.example.net", node.facts, node.classes, node.agents};
  const bool meant = filter.matches(whole);
  require((filter.decide_partially({whole, true}) == Verdict::yes) == meant);
  if (has_overlapping_names(node.facts)) {
    return;
  }
  const auto part = announced_part(node);
  const auto verdict = filter.decide_partially({{whole.name, part.facts, part.classes, part.agents}, false});
  require(verdict != Verdict::yes || meant);
  require(verdict != Verdict::no || !meant);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  auto text = muster::fuzz::as_text(data, size);
  Filter filter;
  Node node;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (!line.empty()) {
      read_line(line, filter, node);
    }
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
  }
  const auto compiled = CompiledFilter::compile(filter);
  if (compiled) {
    verdicts_agree(*compiled, node);
  } else {
    require(!compiled.error().message.empty() && compiled.error().message.size() < 512);
  }
  return 0;
}
