// SPDX-License-Identifier: Apache-2.0
#include "collector/settings.hpp"

#include "libmuster/client/caller_session.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::collector {

namespace {

using runtime::SettingsReader;

constexpr std::size_t largest_settings = std::size_t{1} << 20U;

void read_identity(SettingsReader& reader, std::string& identity)
{
  if (!reader.read_word("identity", identity)) {
    reader.refuse("identity", "expected the name in its certificate, for instance collector@mon1");
  } else if (!is_service_name(identity) || !is_caller_name(identity)) {
    reader.refuse("identity", "expected NAME@HOST of [A-Za-z0-9._-], for instance collector@mon1");
  }
}

Settings read_all(SettingsReader& reader, const std::filesystem::path& folder)
{
  Settings settings;
  read_identity(reader, settings.identity);
  settings.connection = runtime::read_connection(reader, folder);
  settings.key = folder / "keys" / (settings.identity + ".key");
  reader.read_path("key", folder, settings.key);
  reader.read_path("state_dir", folder, settings.state_dir);
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
  auto settings = read_all(reader, file.parent_path());
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

}  // namespace muster::collector
