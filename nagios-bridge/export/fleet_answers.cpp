// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/fleet_answers.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include <boost/json/array.hpp>

#include "libmuster/model/facts.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

using fleet::Fate;
using fleet::NodeAccount;

constexpr std::size_t most_groups = 256;  // as many classes as a presence tells
constexpr std::size_t most_checks = 4096;
constexpr std::size_t longest_text = 256;  // as of the name of a check on the wire

void add_group(ExportedNode& node, std::string_view fact, std::string_view value)
{
  const bool fits = !value.empty() && value.size() <= longest_text && fact.size() <= longest_text;
  if (fits && node.groups.size() < most_groups) {
    node.groups.push_back({std::string{fact}, to_valid_utf8(value)});
  }
}

// A list puts a node into a group for each of its elements.
void add_groups_of_fact(ExportedNode& node, const std::string& name, const FactValue& fact)
{
  add_group(node, name, scalar_text(fact));
  if (const auto* elements = std::get_if<FactValue::Array>(&fact.value)) {
    for (const auto& element : *elements) {
      add_group(node, name, scalar_text(element));
    }
  }
}

// Numbers that nobody asked for, such as the size of a memory, make a group for each node.
bool is_word(const FactValue& fact)
{
  return std::holds_alternative<std::string>(fact.value);
}

void add_groups(ExportedNode& node, const protocol::Presence& presence, const ExportRules& rules)
{
  if (!rules.facts) {
    for (const auto& [name, fact] : presence.facts.all()) {
      if (is_word(fact)) {
        add_groups_of_fact(node, name, fact);
      }
    }
  }
  for (const auto& name : rules.facts.value_or(std::vector<std::string>{})) {
    if (const auto* fact = presence.facts.find(name)) {
      add_groups_of_fact(node, name, *fact);
    }
  }
  for (const auto& name : presence.classes) {
    if (rules.classes) {
      add_group(node, {}, name);
    }
  }
}

void add_checks(ExportedNode& node, const protocol::json::object& data)
{
  const auto* list = data.if_contains("checks");
  const auto* names = list == nullptr ? nullptr : list->if_array();
  if (names == nullptr) {
    return;
  }
  for (const auto& name : *names) {
    const auto* text = name.if_string();
    const bool fits = text != nullptr && !text->empty() && text->size() <= longest_text;
    if (fits && node.checks.size() < most_checks) {
      node.checks.push_back(to_valid_utf8(*text));
    }
  }
}

bool has_answered(const NodeAccount& node)
{
  return node.fate == Fate::done && node.answer && node.answer->status == 0;
}

std::int64_t left_out(const NodeAccount& node)
{
  const auto* count = node.answer->data.if_contains("left_out");
  return count != nullptr && count->is_int64() ? count->get_int64() : 0;
}

std::string why_silent(const NodeAccount& node)
{
  if (node.fate == Fate::gone) {
    return "is gone";
  }
  if (!node.note.empty()) {
    return node.note;
  }
  return node.answer ? node.answer->message : "has not answered";
}

struct Schedule {
  std::vector<std::string> checks;  // none: nothing is to be learned from it
  std::chrono::seconds every{0};
};

// Its member `what` is "all", or the names with a blank between them.
Schedule schedule_of(const protocol::json::value& entry)
{
  constexpr std::int64_t longest_every = 24 * 3600 * 1000;  // ms; no schedule asks more rarely
  const auto* object = entry.if_object();
  if (object == nullptr || object->contains("period")) {
    return {};
  }
  protocol::JsonReader reader{*object, "schedule"};
  const auto what = reader.string("what", protocol::largest_message);
  const auto every = reader.integer("every", 1, longest_every);
  Schedule schedule;
  if (reader.error()) {
    return schedule;
  }
  schedule.every = std::chrono::ceil<std::chrono::seconds>(std::chrono::milliseconds{every});
  std::istringstream words{what == "all" ? "" : what};
  schedule.checks.assign(std::istream_iterator<std::string>{words}, {});
  if (what == "all") {
    schedule.checks = {""};
  }
  return schedule;
}

void note(FleetAnswers& answers, const NodeAccount& node, const std::string& text)
{
  answers.notes.push_back(printable(node.name + ": " + text, false));
}

}  // namespace

FleetAnswers answers_in(const fleet::FleetReport& report, const ExportRules& rules)
{
  FleetAnswers answers;
  answers.complete = report.roll_call_complete && !report.interrupted && report.broker_lost.empty();
  for (const auto& account : report.nodes) {
    ExportedNode node{account.name, {}, {}};
    if (account.presence) {
      add_groups(node, *account.presence, rules);
    }
    if (!has_answered(account)) {
      note(answers, account, why_silent(account) + "; what was written of it before stays");
      put_in_order(node);
      answers.silent.emplace(account.name, std::move(node));
      continue;
    }
    add_checks(node, account.answer->data);
    if (left_out(account) > 0) {
      note(answers, account, "has " + std::to_string(left_out(account)) + " checks more than it could tell");
    }
    put_in_order(node);
    answers.nodes.emplace(account.name, std::move(node));
  }
  return answers;
}

Intervals intervals_in(const protocol::json::object& data)
{
  Intervals intervals;
  const auto* found = data.if_contains("schedules");
  const auto* list = found == nullptr ? nullptr : found->if_array();
  if (list == nullptr) {
    return intervals;
  }
  for (const auto& entry : *list) {
    const auto schedule = schedule_of(entry);
    for (const auto& name : schedule.checks) {
      auto& every = intervals[name];
      every = std::max(every, schedule.every);
    }
  }
  return intervals;
}

std::vector<ExportedNode> with_written(
    const FleetAnswers& answers, const std::map<std::string, ExportedNode>& written)
{
  auto nodes = answers.nodes;
  for (const auto& [name, node] : answers.silent) {
    const auto before = written.find(name);
    nodes.emplace(name, before == written.end() ? node : before->second);
  }
  if (!answers.complete) {
    nodes.insert(written.begin(), written.end());
  }
  std::vector<ExportedNode> list;
  list.reserve(nodes.size());
  for (auto& [name, node] : nodes) {
    list.push_back(std::move(node));
  }
  return list;
}

}  // namespace muster::bridge
