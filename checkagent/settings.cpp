// SPDX-License-Identifier: Apache-2.0
#include "checkagent/settings.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <utility>

#include "checkagent/host_name.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::checkagent {

namespace {

using runtime::SettingsReader;

constexpr std::size_t max_collectives = 64;  // each is one subscription
constexpr std::size_t max_announced = 64;    // presence has room for 512 bytes
constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;

void read_identity(SettingsReader& reader, const std::string& host_name, std::string& identity)
{
  if (!reader.read_word("identity", identity)) {
    identity = host_name;
    if (reader.find("identity") == nullptr && !is_node_name(identity)) {
      reader.refuse(
          "identity",
          "expected a name of [a-z0-9.-] here, because this machine's host name '" + host_name + "' is none");
    }
    return;
  }
  if (!is_node_name(identity)) {
    reader.refuse("identity", "expected a lower-case host name of [a-z0-9.-], at most 253 characters");
  }
}

void read_collectives(SettingsReader& reader, std::vector<std::string>& collectives)
{
  if (!reader.read_words("collectives", max_collectives, collectives)) {
    return;
  }
  if (collectives.empty()) {
    reader.refuse("collectives", "expected at least one; leave the key out for 'main'");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < collectives.size(); ++i) {
    if (!is_collective_name(collectives[i])) {
      reader.refuse_item("collectives", i, "expected a name of [A-Za-z0-9._-], at most 64 characters");
    } else if (!seen.insert(collectives[i]).second) {
      reader.refuse_item("collectives", i, "expected each collective once");
    }
  }
}

// No key: facter is asked if it is in its usual places. `facter: true` misses it if it is not, `facter:
// /path` names it.
void read_facter(SettingsReader& reader, const std::filesystem::path& folder, FacterChoice& facter)
{
  const auto* node = reader.find("facter");
  if (node == nullptr) {
    return;
  }
  const bool is_path =
      node->kind == runtime::YamlNode::Kind::scalar && node->text.find('/') != std::string::npos;
  bool asked = true;
  if (is_path) {
    reader.read_path("facter", folder, facter.program);
  } else {
    reader.read_flag("facter", asked);
  }
  facter.asked = asked ? FacterChoice::Asked::always : FacterChoice::Asked::never;
}

void read_log_level(SettingsReader& reader, LogLevel& level)
{
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels{{
      {"debug", LogLevel::debug},
      {"info", LogLevel::info},
      {"warning", LogLevel::warning},
      {"error", LogLevel::error},
  }};
  std::string word;
  if (!reader.read_word("log_level", word)) {
    return;
  }
  const auto* found =
      std::find_if(levels.begin(), levels.end(), [&](const auto& entry) { return entry.first == word; });
  if (found == levels.end()) {
    reader.refuse("log_level", "expected debug, info, warning or error");
    return;
  }
  level = found->second;
}

void read_audit(SettingsReader& reader, const std::filesystem::path& folder, Settings& settings)
{
  reader.read_path("audit_log", folder, settings.audit_log);
  reader.read_flag("audit_required", settings.audit_required);
  std::string word;
  if (reader.read_word("audit", word)) {
    if (word == "all") {
      settings.audit = node::AuditMode::all;
    } else if (word == "changes") {
      settings.audit = node::AuditMode::changes;
    } else if (word == "off") {
      settings.audit = node::AuditMode::off;
    } else {
      reader.refuse("audit", "expected all, changes or off");
    }
  }
  if (settings.audit_required && settings.audit == node::AuditMode::off) {
    reader.refuse("audit_required", "expected false, because audit is off: set audit to changes or all");
  }
}

void read_size(
    SettingsReader& reader, std::string_view key, runtime::Range<std::uint64_t> range, std::size_t& target)
{
  std::uint64_t number = 0;
  if (reader.read_number(key, range, number)) {
    target = number;
  }
}

void read_limits(SettingsReader reader, Limits& limits)
{
  using std::chrono::seconds;
  constexpr std::uint64_t mebi = std::uint64_t{1} << 20U;
  read_size(reader, "concurrent_checks", {1, 1024}, limits.concurrent_checks);
  read_size(reader, "queue", {1, 10'000}, limits.queue);
  read_size(reader, "recorder_results", {1, 1'000'000}, limits.recorder_results);
  reader.read_bytes("recorder_bytes", {mebi / 16, 1024 * mebi}, limits.recorder_bytes);
  std::uint64_t output_bytes = limits.output_bytes;
  reader.read_bytes("output_bytes", {1024, mebi}, output_bytes);
  limits.output_bytes = output_bytes;
  std::chrono::milliseconds timeout{};
  if (reader.read_duration("check_timeout", {seconds{1}, std::chrono::hours{24}}, timeout)) {
    limits.check_timeout = std::chrono::duration_cast<seconds>(timeout);
  }
  reader.refuse_unknown_keys();
}

Settings read_all(
    SettingsReader& reader,
    const std::filesystem::path& folder,
    const std::string& host_name,
    std::size_t cores)
{
  Settings settings;
  settings.limits.concurrent_checks = std::max<std::size_t>(4, 2 * cores);
  read_identity(reader, host_name, settings.identity);
  read_collectives(reader, settings.collectives);
  settings.connection = runtime::read_connection(reader, folder);
  for (const auto& [key, target] :
       {std::pair{"trusted_callers", &settings.trusted_callers},
        std::pair{"policies", &settings.policies},
        std::pair{"agents_dir", &settings.agents_dir},
        std::pair{"agents_config_dir", &settings.agents_config_dir},
        std::pair{"nrpe_config", &settings.nrpe_config},
        std::pair{"facts_dir", &settings.facts_dir},
        std::pair{"facts_file", &settings.facts_file},
        std::pair{"classes_file", &settings.classes_file},
        std::pair{"privileged_socket", &settings.privileged_socket},
        std::pair{"state_dir", &settings.state_dir}}) {
    reader.read_path(key, folder, *target);
  }
  read_audit(reader, folder, settings);
  read_facter(reader, folder, settings.facter);
  reader.read_words("announce", max_announced, settings.announce);
  read_limits(reader.read_map("limits"), settings.limits);
  settings.nrpe_listener = read_nrpe_listener(reader, folder);
  read_log_level(reader, settings.log_level);
  reader.read_flag("topic_dots_as_underscores", settings.topic_dots_as_underscores);
  reader.refuse_unknown_keys();
  return settings;
}

}  // namespace

ExpectedOrErrors<Settings> parse_settings(
    const std::string& file, std::string_view text, const std::string& host_name, std::size_t cores)
{
  const auto document = runtime::read_yaml(file, text);
  if (!document) {
    return tl::make_unexpected(std::vector{document.error()});
  }
  runtime::Complaints complaints{file};
  SettingsReader reader{complaints, document->root};
  auto settings = read_all(reader, std::filesystem::path{file}.parent_path(), host_name, cores);
  if (!complaints.empty()) {
    return tl::make_unexpected(complaints.in_order());
  }
  return settings;
}

ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file)
{
  auto text = runtime::read_text_file(file, max_file_bytes);
  if (!text) {
    return tl::make_unexpected(std::vector{std::move(text).error()});
  }
  return parse_settings(file.string(), *text, read_host_name().full(), std::thread::hardware_concurrency());
}

}  // namespace muster::checkagent
