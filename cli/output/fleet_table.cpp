// SPDX-License-Identifier: Apache-2.0
#include "cli/output/fleet_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output/columns.hpp"
#include "cli/output/fact_name.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"
#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::FleetReport;
using fleet::NodeAccount;

constexpr std::array<std::string_view, 5> node_columns{"name", "version", "agents", "collectives", "classes"};

bool is_fact(std::string_view column)
{
  return std::find(node_columns.begin(), node_columns.end(), column) == node_columns.end();
}

std::string words_of(const json::value& value)
{
  const auto* list = value.if_array();
  if (list == nullptr) {
    return value.is_null() ? std::string{} : ddl::text_of(value);
  }
  std::string text;
  for (const auto& word : *list) {
    text += (text.empty() ? "" : " ") + ddl::text_of(word);
  }
  return text;
}

// What the broker keeps of a node tells it without an answer.
std::string from_presence(const protocol::Presence& presence, std::string_view column)
{
  if (column == "version") {
    return presence.version;
  }
  if (column == "agents") {
    return fmt::format("{}", fmt::join(presence.agents, " "));
  }
  return column == "collectives" ? fmt::format("{}", fmt::join(presence.collectives, " ")) : std::string{};
}

// `facts` of rpcutil's inventory, or `values` of its get_facts.
std::string fact_of(const json::object& data, const std::string& column)
{
  const auto* values = data.if_contains("values");
  if (values != nullptr && values->is_object()) {
    const auto* value = values->get_object().if_contains(column);
    return value == nullptr || value->is_null() ? std::string{} : ddl::text_of(*value);
  }
  const auto* all = data.if_contains("facts");
  const auto facts = all != nullptr && all->is_object()
                         ? protocol::facts_from_json(all->get_object(), "facts")
                         : Expected<Facts>{Facts{}};
  const auto* value = facts ? facts->find(column) : nullptr;
  if (value == nullptr) {
    return {};
  }
  Facts one;
  one.set("value", *value);
  return ddl::text_of(protocol::to_json(one).at("value"));
}

std::string cell_of(const NodeAccount& node, const std::string& column)
{
  if (column == "name") {
    return node.name;
  }
  const auto& data = node.answer->data;
  if (is_fact(column)) {
    return fact_of(data, column);
  }
  const auto* told = data.if_contains(column);
  if (told != nullptr) {
    return words_of(*told);
  }
  return node.presence ? from_presence(*node.presence, column) : std::string{};
}

bool looks_like_formula(const std::string& cell)
{
  const bool number = cell.find_first_not_of("+-.0123456789") == std::string::npos;
  return !cell.empty() && !number && std::string_view{"=+-@"}.find(cell.front()) != std::string_view::npos;
}

std::string csv_cell(const std::string& cell)
{
  auto text = (looks_like_formula(cell) ? "'" : "") + printable(cell, false);
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return quoted + "\"";
}

std::string csv_row(const std::vector<std::string>& cells)
{
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  }
  return text + "\r\n";
}

}  // namespace

std::vector<std::string> TableColumns::facts() const
{
  std::vector<std::string> facts;
  std::copy_if(names.begin(), names.end(), std::back_inserter(facts), is_fact);
  return facts;
}

Expected<TableColumns> parse_columns(const std::string& text)
{
  TableColumns columns;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    columns.names.push_back(text.substr(start, end - start));
    start = end + 1;
    if (const auto valid = check_fact_name(columns.names.back()); !valid) {
      return tl::unexpected{valid.error().with_context("--columns")};
    }
  }
  if (columns.names.size() > most_columns) {
    return failure(ErrorCode::invalid_input, fmt::format("--columns: at most {} of them", most_columns));
  }
  // rpcutil takes that much
  constexpr std::size_t longest_list = 1024;
  if (fmt::format("{}", fmt::join(columns.facts(), ",")).size() > longest_list) {
    return failure(ErrorCode::invalid_input, "--columns: the names of the facts are too long together");
  }
  return columns;
}

void ask_for(const TableColumns& columns, fleet::Question& question)
{
  const auto facts = columns.facts();
  const bool classes =
      std::find(columns.names.begin(), columns.names.end(), "classes") != columns.names.end();
  question.agent = "rpcutil";
  if (classes) {  // nothing less tells them
    question.action = "inventory";
  } else if (facts.empty()) {
    question.action = "ping";
  } else {
    question.action = "get_facts";
    question.data["facts"] = fmt::format("{}", fmt::join(facts, ","));
  }
}

FleetTable make_fleet_table(const TableColumns& columns, const FleetReport& report)
{
  FleetTable table{columns.names, {}};
  for (const auto& node : report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer || node.answer->status != 0) {
      continue;
    }
    std::vector<std::string> row;
    for (const auto& column : columns.names) {
      row.push_back(cell_of(node, column));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string fleet_table_text(const FleetTable& table, const FleetReport& report, const OutputOptions& options)
{
  const bool nobody = nobody_was_meant(report);
  return interrupted_text(report, options) +
         (nobody ? nobody_text(report, options) : table_text(table.header, table.rows, options.style)) +
         "\n" + headline(report, options) + fate_lists(report, options, SinceWhen::of_the_gone);
}

std::string fleet_table_csv(const FleetTable& table)
{
  auto text = csv_row(table.header);
  for (const auto& row : table.rows) {
    text += csv_row(row);
  }
  return text;
}

std::string fleet_table_json(const FleetTable& table, const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("inventory", report, context, FoundBy::answer);
  object["columns"] = json::array(table.header.begin(), table.header.end());
  json::array rows;
  for (const auto& row : table.rows) {
    json::object cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells[table.header[i]] = row[i];
    }
    rows.push_back(std::move(cells));
  }
  object["rows"] = std::move(rows);
  object["nodes"] = nodes_of(report);
  return json_text(std::move(object));
}

}  // namespace muster::cli
