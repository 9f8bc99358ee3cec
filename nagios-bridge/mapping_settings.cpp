// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/mapping_settings.hpp"

#include <string>
#include <utility>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::Complaints;
using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t most_names = 10'000;     // of a list: one for each node of a big fleet
constexpr std::size_t most_entries = 100'000;  // of a table
// Monitors look for what is stale once a minute; more than a year is no lifetime.
constexpr runtime::Range<std::chrono::milliseconds> lifetimes{10s, 24h * 366};

using Placeholders = std::vector<Placeholder>;

void read_template(
    SettingsReader& reader, Complaints& complaints, const Placeholders& kinds, NameTemplate& target)
{
  const auto* node = reader.find("name");
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::scalar) {
    complaints.add(*node, "name: expected a template in quotes, such as \"{node}\"");
    return;
  }
  auto parsed = NameTemplate::parse(node->text, kinds);
  if (parsed && !node->text.empty()) {
    target = std::move(*parsed);
    return;
  }
  const TemplateFault fault = parsed ? TemplateFault{0, "expected a template"} : parsed.error();
  const int quote = node->quoted ? 1 : 0;
  complaints.add(
      node->line,
      node->column + quote + static_cast<int>(fault.at),
      "name: at character " + std::to_string(fault.at + 1) + ": " + fault.message);
}

// Calls `take(key, value)` for each entry of the map under `key`.
template <typename Take>
void read_entries(SettingsReader& reader, Complaints& complaints, std::string_view key, Take take)
{
  const auto* node = reader.find(key);
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::map || node->members.size() > most_entries) {
    complaints.add(*node, std::string{key} + ": expected at most 100000 keys with values");
    return;
  }
  for (const auto& member : node->members) {
    take(member);
  }
}

void read_table(SettingsReader& reader, Complaints& complaints, NamingRules& rules)
{
  read_entries(reader, complaints, "table", [&](const YamlNode::Member& entry) {
    const bool is_name = entry.value.kind == YamlNode::Kind::scalar && !entry.value.text.empty() &&
                         entry.value.text.size() <= SettingsReader::max_word_length;
    if (is_name) {
      rules.table.insert_or_assign(entry.key, entry.value.text);
    } else {
      complaints.add(entry.line, entry.column, "table: expected the name that the monitor has for it");
    }
  });
}

void read_list(SettingsReader& reader, std::string_view key, NameList& target)
{
  std::vector<std::string> words;
  if (!reader.read_words(key, most_names, words)) {
    return;
  }
  target = {};
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (const auto added = target.add(words[at]); !added) {
      reader.refuse_item(key, at, added.error().message);
    }
  }
}

void read_naming(
    SettingsReader& reader, Complaints& complaints, const Placeholders& kinds, NamingRules& rules)
{
  read_template(reader, complaints, kinds, rules.name);
  read_table(reader, complaints, rules);
  read_list(reader, "only", rules.only);
  read_list(reader, "except", rules.except);
}

void read_lifetime(SettingsReader& reader, std::optional<std::chrono::seconds>& target)
{
  std::chrono::milliseconds time{0};
  if (reader.read_duration("lifetime", lifetimes, time)) {
    target = std::chrono::duration_cast<std::chrono::seconds>(time);
  }
}

void read_stopped(SettingsReader& reader, WhenStopped& target)
{
  std::string word;
  if (!reader.read_word("stopped", word)) {
    return;
  }
  if (word == "down") {
    target = WhenStopped::down;
  } else if (word == "up") {
    target = WhenStopped::up;
  } else if (word == "ignore") {
    target = WhenStopped::ignore;
  } else {
    reader.refuse("stopped", "expected down, up or ignore");
  }
}

void read_hosts(SettingsReader reader, Complaints& complaints, MappingRules& rules)
{
  read_naming(reader, complaints, placeholders_of_hosts(), rules.hosts);
  reader.read_flag("states", rules.host_states);
  read_stopped(reader, rules.stopped);
  reader.refuse_unknown_keys();
}

void read_lifetimes(SettingsReader& reader, Complaints& complaints, std::vector<LifetimeRule>& target)
{
  std::vector<LifetimeRule> found;
  auto entries = reader.read_map("lifetimes");
  read_entries(reader, complaints, "lifetimes", [&](const YamlNode::Member& entry) {
    LifetimeRule rule;
    if (const auto added = rule.checks.add(entry.key); !added) {
      complaints.add(entry.line, entry.column, "lifetimes: " + added.error().message);
    }
    std::chrono::milliseconds time{0};
    if (entries.read_duration(entry.key, lifetimes, time)) {
      rule.lifetime = std::chrono::duration_cast<std::chrono::seconds>(time);
      found.push_back(std::move(rule));
    }
  });
  // What stands here is asked before what is usual.
  target.insert(target.begin(), found.begin(), found.end());
}

void read_services(SettingsReader reader, Complaints& complaints, MappingRules& rules)
{
  read_naming(reader, complaints, placeholders_of_services(), rules.services);
  read_lifetime(reader, rules.lifetime);
  read_lifetimes(reader, complaints, rules.lifetimes);
  reader.refuse_unknown_keys();
}

}  // namespace

MappingRules read_mapping(SettingsReader reader, Complaints& complaints, MappingRules usual)
{
  read_hosts(reader.read_map("hosts"), complaints, usual);
  read_services(reader.read_map("services"), complaints, usual);
  reader.read_word("illegal", usual.illegal);
  reader.refuse_unknown_keys();
  return usual;
}

}  // namespace muster::bridge
