// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export_settings.hpp"

#include "nagios-bridge/model/monitor_names.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::SettingsReader;

constexpr std::size_t most_facts = 64;
constexpr std::size_t most_checks = 1000;
constexpr std::size_t most_nodes = 10'000;

// It is written as it is, and must not be more than a name.
void read_template_name(SettingsReader& reader, std::string_view key, std::string& target)
{
  std::string name;
  if (!reader.read_word(key, name)) {
    return;
  }
  if (const auto fault = name_fault(Monitor::nagios, ObjectKind::host, name)) {
    reader.refuse(key, "expected the name of a template: " + *fault);
  } else {
    target = name;
  }
}

// Nodes by names and expressions, as everywhere in the mapping.
NameList read_nodes(SettingsReader& reader, const std::string& key)
{
  NameList nodes;
  std::vector<std::string> words;
  reader.read_words(key, most_nodes, words);
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (const auto added = nodes.add(words[at]); !added) {
      reader.refuse_item(key, at, added.error().message);
    }
  }
  return nodes;
}

void read_further_checks(
    SettingsReader& reader, runtime::Complaints& complaints, std::vector<FurtherCheck>& target)
{
  const auto* node = reader.find("also");
  if (node == nullptr) {
    return;
  }
  if (node->kind != runtime::YamlNode::Kind::map || node->members.size() > most_checks) {
    complaints.add(*node, "also: expected checks, each with its nodes: {check_backup: [/^db/]}");
    return;
  }
  SettingsReader entries{complaints, *node};
  for (const auto& member : node->members) {
    target.push_back({member.key, read_nodes(entries, member.key)});
  }
}

}  // namespace

ExportRules read_export_rules(SettingsReader reader, runtime::Complaints& complaints)
{
  ExportRules rules;
  std::vector<std::string> facts;
  if (reader.read_words("facts", most_facts, facts)) {
    rules.facts = std::move(facts);
  }
  reader.read_flag("classes", rules.classes);
  std::chrono::milliseconds every{0};
  if (reader.read_duration("every", {1s, 24h * 366}, every)) {
    rules.every = std::chrono::ceil<std::chrono::seconds>(every);
  }
  read_template_name(reader, "host_template", rules.host_template);
  read_template_name(reader, "service_template", rules.service_template);
  read_further_checks(reader, complaints, rules.also);
  reader.refuse_unknown_keys();
  return rules;
}

}  // namespace muster::bridge
