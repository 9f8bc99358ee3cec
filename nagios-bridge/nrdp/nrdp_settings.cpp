// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_settings.hpp"

#include <string>
#include <utility>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::SettingsReader;

void read_server(SettingsReader& reader, NrdpSettings& settings)
{
  std::string url;
  if (!reader.read_word("url", url)) {
    reader.refuse("url", "expected where NRDP is: https://nagios.example.net/nrdp/");
    return;
  }
  auto target = http::parse_http_target(url);
  if (target) {
    settings.server = std::move(*target);
  } else {
    reader.refuse("url", target.error().message);
  }
}

}  // namespace

NrdpSettings read_nrdp_settings(SettingsReader& reader, const std::filesystem::path& folder)
{
  NrdpSettings settings;
  read_server(reader, settings);
  if (!reader.read_path("token_file", folder, settings.token_file)) {
    reader.refuse("token_file", "expected the file that holds a token of NRDP's authorized_tokens");
  }
  const bool has_ca = reader.read_path("ca", folder, settings.tls.ca);
  const bool has_name = reader.read_word("server_name", settings.tls.name);
  if ((has_ca || has_name) && !settings.server.tls && !settings.server.host.empty()) {
    reader.refuse(has_ca ? "ca" : "server_name", "expected an https:// url: with http:// it has no use");
  }
  reader.read_number("batch", {1, 1'000}, settings.batch);
  reader.read_duration("apart", {0s, 5min}, settings.apart);
  reader.read_duration("timeout", {1s, 5min}, settings.timeout);
  return settings;
}

}  // namespace muster::bridge
