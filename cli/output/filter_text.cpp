// SPDX-License-Identifier: Apache-2.0
#include "cli/output/filter_text.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/output/json_text.hpp"
#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

std::vector<FunctionCall> functions_of(const Filter& filter)
{
  if (filter.compound.empty()) {
    return {};
  }
  return CompoundFilter::parse(filter.compound).value().functions();
}

std::string line_text(const FilterLine& line)
{
  const std::string margin = line.depth == 0 ? "  " + line.option + "  " : "      ";
  return margin + std::string(2 * line.depth, ' ') + printable(line.text, false) + "\n";
}

bool compares_facts(const Filter& filter)
{
  if (!filter.facts.empty()) {
    return true;
  }
  if (filter.compound.empty()) {
    return false;
  }
  const auto compound = CompoundFilter::parse(filter.compound).value();
  const auto& statements = compound.statements();
  return std::any_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return std::holds_alternative<FactStatement>(statement);
  });
}

}  // namespace

std::string filter_text(const Filter& filter, const std::vector<FilterLine>& lines)
{
  if (lines.empty()) {
    return "Every node is meant.\n";
  }
  const auto terms =
      std::count_if(lines.begin(), lines.end(), [](const FilterLine& line) { return line.depth == 0; });
  std::string text =
      terms == 1 ? "A node is meant if this holds:\n" : "A node is meant if all of this holds:\n";
  for (const auto& line : lines) {
    text += line_text(line);
  }
  if (compares_facts(filter)) {
    text += "\nA fact that a node does not have matches nothing, whatever the operator.\n";
  }
  std::string asked;
  for (const auto& call : functions_of(filter)) {
    asked += (asked.empty() ? "" : ", ") + printable(to_string(call), false);
  }
  if (!asked.empty()) {
    text += "\nEach node finds out for itself: " + asked + "\n";
  }
  return text;
}

std::string filter_json(const Filter& filter, const std::vector<FilterLine>& lines)
{
  json::array words;
  for (const auto& line : lines) {
    json::object one;
    one["option"] = line.option;
    one["depth"] = line.depth;
    one["text"] = line.text;
    words.push_back(std::move(one));
  }
  json::array functions;
  for (const auto& call : functions_of(filter)) {
    functions.emplace_back(to_string(call));
  }
  json::object document;
  document["command"] = "describe_filter";
  document["exit_status"] = 0;
  document["filter"] = protocol::to_json(filter);
  document["words"] = std::move(words);
  document["data_functions"] = std::move(functions);
  return json_text(document);
}

}  // namespace muster::cli
