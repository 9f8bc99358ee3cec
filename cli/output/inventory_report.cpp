// SPDX-License-Identifier: Apache-2.0
#include "cli/output/inventory_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"
#include "libmuster/ddl/aggregates.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t label_width = 29;  // MCollective's, as the names of the labels where it had them
constexpr std::size_t agent_width = 20;
constexpr std::size_t list_margin = 6;
constexpr std::size_t collective_width = 30;
constexpr std::size_t deepest_fact = 16;  // as every decoder

std::string text_at(const json::object& object, std::string_view key)
{
  const auto* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? std::string{} : one_line(ddl::text_of(*value));
}

std::string words_at(const json::object& object, std::string_view key)
{
  const auto* value = object.if_contains(key);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  std::string text;
  if (list != nullptr) {
    for (const auto& word : *list) {
      text += (text.empty() ? "" : ", ") + one_line(ddl::text_of(word));
    }
  }
  return text;
}

std::string with_unit(const std::string& text, std::string_view unit)
{
  return text.empty() ? text : text + std::string{unit};
}

std::string start_time(const json::object& statistics, Zone zone)
{
  const auto* value = statistics.if_contains("starttime");
  const auto* seconds = value == nullptr ? nullptr : value->if_int64();
  constexpr std::int64_t latest = 253'402'300'799;  // the end of the year 9999
  if (seconds == nullptr || *seconds < 0 || *seconds > latest) {
    return {};
  }
  return iso_8601(Milliseconds{std::chrono::seconds{*seconds}}, zone);
}

std::string line(std::string_view label, const std::string& value)
{
  return value.empty() ? std::string{} : fmt::format("{:>{}}: {}\n", label, label_width, value);
}

std::string counters_text(const json::object& statistics)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> counters{
      {{"Requests Accepted", "accepted"},
       {"Requests Refused", "refused"},
       {"Requests Not Meant", "not_meant"},
       {"Requests Asked Again", "asked_again"},
       {"Messages Dropped", "dropped"},
       {"Messages Lost", "messages_lost"},
       {"Checks", "checks"}}};
  std::string text;
  for (const auto& [label, key] : counters) {
    text += line(label, text_at(statistics, key));
  }
  return text;
}

std::string server_text(const Inventory& inventory, const OutputOptions& options)
{
  const auto& [node, about, statistics, agents] = inventory;
  return "   Server Statistics:\n" + line("Version", text_at(about, "version")) +
         line("Start Time", start_time(statistics, options.zone)) +
         line("Collectives", words_at(about, "collectives")) +
         line("Main Collective", text_at(about, "main_collective")) +
         line("Process ID", text_at(statistics, "pid")) + counters_text(statistics) +
         line("Total Processor Time", with_unit(text_at(statistics, "cpu_seconds"), " seconds")) +
         line("Resident Memory", with_unit(text_at(statistics, "resident_kib"), " KiB"));
}

std::string agents_text(const Inventory& inventory)
{
  std::string text;
  for (const auto& entry : inventory.agents) {
    if (const auto* agent = entry.if_object()) {
      text += std::string(list_margin, ' ') + padded(text_at(*agent, "name"), agent_width) + " " +
              text_at(*agent, "version") + "\n";
    }
  }
  return text.empty() ? text : "\n   Agents:\n" + text;
}

std::vector<std::string> sorted_words(const json::object& object, std::string_view key)
{
  std::vector<std::string> words;
  const auto* value = object.if_contains(key);
  if (const auto* list = value == nullptr ? nullptr : value->if_array()) {
    for (const auto& word : *list) {
      words.push_back(one_line(ddl::text_of(word)));
    }
  }
  std::sort(words.begin(), words.end());
  return words;
}

std::string functions_text(const Inventory& inventory, const OutputOptions& options)
{
  const auto functions = sorted_words(inventory.about, "data_functions");
  return functions.empty() ? std::string{}
                           : "\n   Data Functions:\n" + in_columns(functions, options.columns, list_margin);
}

std::string classes_text(const Inventory& inventory, const OutputOptions& options)
{
  const auto classes = sorted_words(inventory.about, "classes");
  return classes.empty() ? std::string{}
                         : "\n   Configuration Management Classes:\n" + in_columns(classes, options.columns);
}

// "os.family => Debian": under the names that -F takes.
void add_facts(
    const json::object& facts,
    const std::string& path,
    std::size_t depth,
    std::map<std::string, std::string>& lines)
{
  for (const auto& [name, value] : facts) {
    const auto full = path.empty() ? std::string{name} : path + "." + std::string{name};
    const auto* inner = value.if_object();
    if (inner != nullptr && !inner->empty() && depth < deepest_fact) {
      add_facts(*inner, full, depth + 1, lines);
    } else {
      lines[one_line(full)] = one_line(ddl::text_of(value));
    }
  }
}

std::string facts_text(const Inventory& inventory)
{
  std::map<std::string, std::string> lines;
  const auto* facts = inventory.about.if_contains("facts");
  if (facts != nullptr && facts->is_object()) {
    add_facts(facts->get_object(), "", 0, lines);
  }
  std::string text = lines.empty() ? "" : "\n   Facts:\n";
  for (const auto& [name, value] : lines) {
    text.append(list_margin, ' ').append(name).append(" => ").append(value).append("\n");
  }
  return text;
}

std::string health_text(const Inventory& inventory, const OutputOptions& options)
{
  std::string text;
  for (const auto& sentence : sorted_words(inventory.about, "health")) {
    text += std::string(list_margin, ' ') + sentence + "\n";
  }
  return text.empty() ? text : "\n   " + options.style.red("Broken:") + "\n" + text;
}

// How many nodes that are up are in each collective.
struct Collectives {
  std::map<std::string, std::size_t> nodes;
  std::size_t total = 0;
};

Collectives collectives_of(const fleet::FleetReport& report)
{
  Collectives collectives;
  for (const auto& node : report.nodes) {
    if (node.presence && node.presence->state == protocol::NodeState::up && node.fate != fleet::Fate::gone) {
      ++collectives.total;
      for (const auto& name : node.presence->collectives) {
        ++collectives.nodes[name];
      }
    }
  }
  return collectives;
}

}  // namespace

std::optional<json::object> data_of_node(const fleet::FleetReport& report)
{
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done && node.answer && node.answer->status == 0) {
      return node.answer->data;
    }
  }
  return std::nullopt;
}

std::string inventory_text(const Inventory& inventory, const OutputOptions& options)
{
  return "Inventory for " + one_line(inventory.node) + ":\n\n" + server_text(inventory, options) +
         agents_text(inventory) + functions_text(inventory, options) + classes_text(inventory, options) +
         facts_text(inventory) + health_text(inventory, options);
}

std::string no_inventory_text(
    const std::string& node, const fleet::FleetReport& report, const OutputOptions& options)
{
  std::string text = "Did not receive any results from node " + one_line(node) + "\n";
  for (const auto& one : report.nodes) {
    if (one.fate == fleet::Fate::done && one.answer && one.answer->status != 0) {
      text += one_line(one.answer->message) + "\n";
    }
  }
  return text + fate_lists(report, options, SinceWhen::of_everybody);
}

std::string inventory_json(
    const Inventory* inventory, const fleet::FleetReport& report, const JsonContext& context)
{
  auto object = report_of("inventory", report, context, FoundBy::answer);
  object["inventory"] = nullptr;
  if (inventory != nullptr) {
    object["inventory"] = json::object{
        {"node", inventory->node},
        {"about", inventory->about},
        {"statistics", inventory->statistics},
        {"agents", inventory->agents}};
  }
  object["nodes"] = nodes_of(report);
  return json_text(std::move(object));
}

std::string collectives_text(const fleet::FleetReport& report)
{
  const auto collectives = collectives_of(report);
  const std::string margin(3, ' ');
  auto text = margin + padded("Collective", collective_width) + " Nodes\n" + margin +
              padded("==========", collective_width) + " =====\n";
  for (const auto& [name, count] : collectives.nodes) {
    text += margin + padded(one_line(name), collective_width) + fmt::format(" {}\n", count);
  }
  return text + fmt::format("\n{:>32}: {}\n", "Total nodes", collectives.total);
}

std::string collectives_json(const fleet::FleetReport& report, const JsonContext& context)
{
  const auto collectives = collectives_of(report);
  auto object = report_of("inventory", report, context, FoundBy::presence);
  json::array list;
  for (const auto& [name, count] : collectives.nodes) {
    list.push_back(json::object{{"name", name}, {"nodes", count}});
  }
  object["collectives"] = std::move(list);
  object["total"] = collectives.total;
  return json_text(std::move(object));
}

}  // namespace muster::cli
