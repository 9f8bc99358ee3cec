// SPDX-License-Identifier: Apache-2.0
#include "collector/backup/manifest.hpp"

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/utc_text.hpp"

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 53;  // what every JSON reader can hold
constexpr std::size_t longest_word = 256;

}  // namespace

std::string encode(const Manifest& manifest)
{
  json::object object;
  object["format"] = backup_format;
  object["collector"] = manifest.collector;
  object["version"] = manifest.version;
  object["schema"] = manifest.schema;
  object["made"] = protocol::to_json(manifest.made);
  object["made_utc"] = protocol::utc_text(manifest.made);
  object["database_bytes"] = manifest.database_bytes;
  object["history_files"] = manifest.history_files;
  object["history_bytes"] = manifest.history_bytes;
  object["not_in_it"] = json::array{"configuration", "keys", "certificates", "trusted callers", "policies"};
  return json::serialize(object) + "\n";
}

Expected<Manifest> parse_manifest(std::string_view text)
{
  const auto object = protocol::parse_object(text);
  if (!object) {
    return tl::unexpected{object.error().with_context("manifest")};
  }
  protocol::JsonReader reader{*object, "manifest"};
  const auto format = reader.integer("format", 0, most_bytes);
  Manifest manifest;
  manifest.collector = reader.string("collector", longest_word);
  manifest.version = reader.string("version", longest_word);
  manifest.schema = reader.integer("schema", 0, most_bytes);
  manifest.made = reader.time("made");
  manifest.database_bytes = static_cast<std::uintmax_t>(reader.integer("database_bytes", 0, most_bytes));
  manifest.history_files = static_cast<std::uintmax_t>(reader.integer("history_files", 0, most_bytes));
  manifest.history_bytes = static_cast<std::uintmax_t>(reader.integer("history_bytes", 0, most_bytes));
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (format != backup_format) {
    return failure(
        ErrorCode::invalid_input,
        "manifest.format: this collector reads backups of format " + std::to_string(backup_format) +
            ", this one has " + std::to_string(format) + ": restore it with the collector that made it, " +
            manifest.version);
  }
  return manifest;
}

}  // namespace muster::collector
