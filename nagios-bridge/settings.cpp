// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/settings.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "libmuster/client/caller_session.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"
#include "nagios-bridge/export_settings.hpp"
#include "nagios-bridge/mapping_settings.hpp"
#include "nagios-bridge/naming.hpp"
#include "nagios-bridge/nrpe/nrpe_settings.hpp"
#include "nagios-bridge/sink_kinds.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t largest_settings = std::size_t{1} << 20U;
constexpr std::size_t most_sinks = 20;  // each reads every result
constexpr std::size_t longest_sink_name = 40;
// Less is no queue; more is a disk that nobody has for it.
constexpr std::uint64_t smallest_queue = std::uint64_t{1} << 20U;
constexpr std::uint64_t largest_queue = std::uint64_t{1} << 40U;

void read_identity(SettingsReader& reader, std::string& identity)
{
  if (!reader.read_word("identity", identity)) {
    reader.refuse("identity", "expected the name in its certificate, for instance nagios-bridge@mon1");
  } else if (!is_bridge_name(identity)) {
    reader.refuse(
        "identity", "expected nagios-bridge@HOST of [A-Za-z0-9._-], for instance nagios-bridge@mon1");
  }
}

void read_queue(SettingsReader reader, Queue::Limits& limits)
{
  reader.read_bytes("size", {smallest_queue, largest_queue}, limits.bytes);
  reader.refuse_unknown_keys();
}

void read_history(SettingsReader& reader, Intake::History& history)
{
  std::string word;
  if (!reader.read_word("history", word)) {
    return;
  }
  history = word == "all" ? Intake::History::all : Intake::History::last;
  if (word != "all" && word != "last") {
    reader.refuse("history", "expected last or all");
  }
}

bool is_sink_name(std::string_view name)
{
  const auto is_letter = [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  };
  return !name.empty() && name.size() <= longest_sink_name &&
         std::all_of(name.begin(), name.end(), is_letter);
}

void read_sink(
    SettingsReader entry,
    runtime::Complaints& complaints,
    const std::filesystem::path& folder,
    const MappingRules& usual,
    std::vector<SinkSettings>& sinks)
{
  SinkSettings sink;
  entry.read_word("kind", sink.kind);
  const auto* kind = find_sink_kind(sink.kind);
  if (kind == nullptr) {
    entry.refuse("kind", "expected the kind of monitor: " + all_sink_kinds());
    return;
  }
  sink.name = sink.kind;
  entry.read_word("name", sink.name);
  const auto same = [&sink](const SinkSettings& other) { return other.name == sink.name; };
  if (!is_sink_name(sink.name)) {
    entry.refuse("name", "expected at most 40 of [A-Za-z0-9_-]");
  } else if (std::any_of(sinks.begin(), sinks.end(), same)) {
    entry.refuse("name", "expected another name than that of the sink above: " + sink.name);
  }
  sink.mapping = read_mapping(entry.read_map("mapping"), complaints, usual);
  sink.naming = naming_by(monitor_behind(sink.kind), sink.mapping);
  sink.make = kind->read(entry, folder);
  entry.refuse_unknown_keys();
  sinks.push_back(std::move(sink));
}

void read_sinks(
    SettingsReader& reader,
    runtime::Complaints& complaints,
    const std::filesystem::path& folder,
    const MappingRules& usual,
    std::vector<SinkSettings>& sinks)
{
  const auto* list = reader.find("sinks");
  if (list == nullptr || list->kind != YamlNode::Kind::sequence || list->items.empty() ||
      list->items.size() > most_sinks) {
    reader.refuse("sinks", "expected a list of one to 20 monitors, each with its kind: " + all_sink_kinds());
    return;
  }
  for (const auto& item : list->items) {
    if (item.kind != YamlNode::Kind::map) {
      complaints.add(item, "expected a monitor: {kind: …}, one of " + all_sink_kinds());
      continue;
    }
    read_sink(SettingsReader{complaints, item}, complaints, folder, usual, sinks);
  }
}

void read_own_check(SettingsReader reader, OwnCheckSettings& own)
{
  reader.read_word("host", own.host);
  reader.read_word("service", own.service);
  reader.read_duration("every", {10s, 1h}, own.every);
  if (own.service.empty()) {
    reader.refuse("service", "expected the name of the service");
  }
  reader.refuse_unknown_keys();
}

Settings read_all(
    SettingsReader& reader, runtime::Complaints& complaints, const std::filesystem::path& folder)
{
  Settings settings;
  read_identity(reader, settings.identity);
  settings.connection = runtime::read_connection(reader, folder);
  settings.key = folder / "keys" / (settings.identity + ".key");
  reader.read_path("key", folder, settings.key);
  reader.read_path("state_dir", folder, settings.state_dir);
  read_queue(reader.read_map("queue"), settings.queue);
  read_history(reader, settings.intake.history);
  reader.read_duration("node_patience", {0s, 1h}, settings.intake.node_patience);
  settings.mapping = read_mapping(reader.read_map("mapping"), complaints);
  read_sinks(reader, complaints, folder, settings.mapping, settings.sinks);
  settings.nagios_workers = read_nagios_workers(reader, complaints, folder);
  settings.export_rules = read_export_rules(reader.read_map("export"), complaints);
  read_own_check(reader.read_map("own_check"), settings.own_check);
  settings.nrpe_listeners = read_nrpe_listeners(reader, complaints, folder, settings.identity);
  reader.read_path("metrics_file", folder, settings.metrics_file);
  reader.read_flag("topic_dots_as_underscores", settings.topic_dots_as_underscores);
  reader.refuse_unknown_keys();
  return settings;
}

}  // namespace

ExpectedOrErrors<Settings> parse_settings(const std::filesystem::path& file, std::string_view text)
{
  const auto document = runtime::read_yaml(file.string(), text);
  if (!document) {
    return tl::make_unexpected(std::vector{document.error()});
  }
  runtime::Complaints complaints{file.string()};
  SettingsReader reader{complaints, document->root};
  auto settings = read_all(reader, complaints, file.parent_path());
  if (!complaints.empty()) {
    return tl::make_unexpected(complaints.in_order());
  }
  return settings;
}

ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file)
{
  const auto text = runtime::read_text_file(file, largest_settings);
  if (!text) {
    return tl::make_unexpected(std::vector{text.error()});
  }
  return parse_settings(file, *text);
}

Expected<protocol::SecretKey> read_key(const Settings& settings)
{
  client::ClientSettings client;
  client.key = settings.key;
  client.caller = settings.identity;
  return client::read_caller_key(client);
}

}  // namespace muster::bridge
