// SPDX-License-Identifier: Apache-2.0
#include "libmuster/client/client_settings.hpp"

#include <cstdlib>
#include <utility>

#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::client {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;

void read_caller(
    runtime::SettingsReader& reader, const std::filesystem::path& folder, ClientSettings& settings)
{
  if (!reader.read_word("caller", settings.caller)) {
    if (reader.find("caller") == nullptr) {
      reader.refuse(
          "caller",
          "missing; expected the name of your key, such as alice@ops1 (mco key generate makes one)");
    }
    return;
  }
  if (!is_caller_name(settings.caller)) {
    reader.refuse("caller", "expected NAME@PLACE of [A-Za-z0-9._-], such as alice@ops1");
    return;
  }
  settings.key = folder / "keys" / (settings.caller + ".key");
}

// "10" or "10%", not 0; how --batch is read.
bool is_share(std::string_view text)
{
  constexpr std::size_t most_digits = 6;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
  }
  return !text.empty() && text.size() <= most_digits &&
         text.find_first_not_of("0123456789") == std::string_view::npos &&
         text.find_first_not_of('0') != std::string_view::npos;
}

ClientSettings read_all(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  ClientSettings settings;
  settings.connection = runtime::read_connection(reader, folder);
  read_caller(reader, folder, settings);
  reader.read_path("key", folder, settings.key);
  if (reader.read_word("collective", settings.collective) && !is_collective_name(settings.collective)) {
    reader.refuse("collective", "expected a name of [A-Za-z0-9._-], at most 64 characters");
  }
  if (reader.read_word("batch", settings.batch) && !is_share(settings.batch)) {
    reader.refuse("batch", "expected how many nodes at a time, such as 10, or 10%");
  }
  reader.read_duration("batch_sleep", {milliseconds{0}, std::chrono::hours{1}}, settings.batch_sleep);
  reader.read_duration("wait", {milliseconds{100}, std::chrono::hours{1}}, settings.wait);
  reader.read_duration("connect_timeout", {milliseconds{100}, seconds{60}}, settings.connect_timeout);
  reader.read_flag("topic_dots_as_underscores", settings.topic_dots_as_underscores);
  reader.refuse_unknown_keys();
  return settings;
}

tl::unexpected<std::vector<Error>> nothing_found(const std::vector<std::filesystem::path>& places)
{
  std::string list;
  for (const auto& place : places) {
    list += (list.empty() ? "" : ", ") + place.string();
  }
  return tl::make_unexpected(std::vector{Error{
      ErrorCode::not_found,
      "no client configuration; looked for " + list + "; name one with --config or MUSTER_CONFIG"}});
}

}  // namespace

Environment process_environment()
{
  return [](const std::string& name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes the environment
    const char* value = std::getenv(name.c_str());
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
  };
}

std::vector<std::filesystem::path> client_settings_candidates(
    const std::optional<std::filesystem::path>& given, const Environment& environment)
{
  if (given) {
    return {*given};
  }
  if (const auto named = environment("MUSTER_CONFIG")) {
    return {*named};
  }
  std::vector<std::filesystem::path> result;
  if (const auto home = environment("HOME")) {
    result.push_back(std::filesystem::path{*home} / ".config/muster/client.yaml");
  }
  result.emplace_back("/etc/muster/client.yaml");
  return result;
}

ExpectedOrErrors<ClientSettings> parse_client_settings(
    const std::filesystem::path& file, std::string_view text)
{
  const auto document = runtime::read_yaml(file.string(), text);
  if (!document) {
    return tl::make_unexpected(std::vector{document.error()});
  }
  runtime::Complaints complaints{file.string()};
  runtime::SettingsReader reader{complaints, document->root};
  auto settings = read_all(reader, file.parent_path());
  settings.file = file;
  if (!complaints.empty()) {
    return tl::make_unexpected(complaints.in_order());
  }
  return settings;
}

ExpectedOrErrors<ClientSettings> read_client_settings(
    const std::optional<std::filesystem::path>& given, const Environment& environment)
{
  const auto places = client_settings_candidates(given, environment);
  for (const auto& place : places) {
    const auto text = runtime::read_text_file(place, max_file_bytes);
    if (text) {
      return parse_client_settings(place, *text);
    }
    if (text.error().code != ErrorCode::not_found) {
      return tl::make_unexpected(std::vector{text.error()});
    }
  }
  return nothing_found(places);
}

}  // namespace muster::client
