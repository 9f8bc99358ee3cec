// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_settings.hpp"

#include <utility>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::SettingsReader;

constexpr std::uint64_t most_connections = 16;  // beyond eight Icinga gets slower
constexpr std::size_t most_templates = 16;

void read_api(SettingsReader& reader, IcingaSettings& settings)
{
  std::string url;
  if (!reader.read_word("url", url)) {
    reader.refuse("url", "expected where Icinga's API is: https://icinga.example.net:5665");
    return;
  }
  auto target = http::parse_http_target(url);
  if (!target) {
    reader.refuse("url", target.error().message);
  } else if (!target->tls) {
    reader.refuse("url", "expected https://HOST:5665: Icinga's API speaks nothing else");
  } else {
    settings.api = std::move(*target);
  }
}

// Exactly one of a password and a certificate.
void read_identity(SettingsReader& reader, const std::filesystem::path& folder, IcingaSettings& settings)
{
  const bool has_user = reader.read_word("user", settings.user);
  const bool has_password = reader.read_path("password_file", folder, settings.password_file);
  const bool has_certificate = reader.read_path("certificate", folder, settings.tls.certificate);
  const bool has_key = reader.read_path("key", folder, settings.tls.key);
  if (has_user != has_password || has_certificate != has_key || has_user == has_certificate) {
    reader.refuse("user", "expected either `user` and `password_file`, or `certificate` and `key`");
  }
  if (settings.user.find(':') != std::string::npos) {
    reader.refuse("user", "expected a name without a colon: HTTP cannot carry it");
  }
}

void read_create(SettingsReader& reader, IcingaSettings& settings)
{
  const auto* create = reader.find("create");
  if (create == nullptr || create->kind == runtime::YamlNode::Kind::null) {
    return;
  }
  auto map = reader.read_map("create");
  map.read_words("host_templates", most_templates, settings.host_templates);
  map.read_words("service_templates", most_templates, settings.service_templates);
  if (!settings.creates()) {
    reader.refuse("create", "expected both `host_templates` and `service_templates`, with a template each");
  }
  map.refuse_unknown_keys();
}

}  // namespace

IcingaSettings read_icinga_settings(SettingsReader& reader, const std::filesystem::path& folder)
{
  IcingaSettings settings;
  read_api(reader, settings);
  reader.read_path("ca", folder, settings.tls.ca);
  reader.read_word("server_name", settings.tls.name);
  read_identity(reader, folder, settings);
  reader.read_number("connections", {1, most_connections}, settings.connections);
  reader.read_duration("timeout", {1s, 5min}, settings.timeout);
  reader.read_duration("safe_after", {1s, 24h}, settings.safe_after);
  read_create(reader, settings);
  return settings;
}

}  // namespace muster::bridge
