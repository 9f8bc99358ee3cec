// SPDX-License-Identifier: Apache-2.0
// Everything that is read as YAML or beside it: the tree, facts, classes and the configuration of both
// programs.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "checkagent/classes_file.hpp"
#include "checkagent/facts_source.hpp"
#include "checkagent/settings.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/yaml_reader.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using muster::runtime::YamlNode;

struct Measured {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

void measure(const YamlNode& node, std::size_t depth, Measured& measured)
{
  const bool is_container = node.kind == YamlNode::Kind::sequence || node.kind == YamlNode::Kind::map;
  require(depth + (is_container ? 1 : 0) <= muster::runtime::YamlLimits{}.depth);
  require(node.items.empty() || node.kind == YamlNode::Kind::sequence);
  require(node.members.empty() || node.kind == YamlNode::Kind::map);
  ++measured.nodes;
  measured.bytes += node.text.size();
  for (const auto& item : node.items) {
    measure(item, depth + 1, measured);
  }
  std::set<std::string_view> keys;
  for (const auto& member : node.members) {
    require(keys.insert(member.key).second);
    require(member.line > 0 && member.column > 0);
    measured.bytes += member.key.size();
    measure(member.value, depth + 1, measured);
  }
}

void tree_keeps_to_its_limits(std::string_view text)
{
  const auto document = muster::runtime::read_yaml("f.yaml", text);
  if (!document) {
    require(document.error().message.substr(0, 7) == "f.yaml:");
    return;
  }
  Measured measured;
  measure(document->root, 0, measured);
  require(measured.nodes <= muster::runtime::YamlLimits{}.nodes);
  require(measured.bytes <= muster::runtime::YamlLimits{}.bytes);
}

void settings_are_sound_or_blamed(std::string_view text)
{
  const auto settings = muster::checkagent::parse_settings("f.yaml", text, "web1", 2);
  if (settings) {
    require(muster::is_node_name(settings->identity));
    require(!settings->collectives.empty() && !settings->connection.brokers.empty());
  } else {
    require(!settings.error().empty());
  }
  const auto client = muster::client::parse_client_settings("f.yaml", text);
  if (client) {
    require(muster::is_caller_name(client->caller) && muster::is_collective_name(client->collective));
  } else {
    require(!client.error().empty());
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  tree_keeps_to_its_limits(text);
  settings_are_sound_or_blamed(text);
  for (const auto* file : {"f.yaml", "f.txt"}) {
    if (const auto facts = muster::checkagent::parse_facts(file, text)) {
      require(facts->selected({"a", "a.b", "a.0"}).size() <= 3);
    }
  }
  if (const auto classes = muster::checkagent::parse_classes("f", text)) {
    require(classes->size() <= muster::checkagent::max_classes);
  }
  return 0;
}
