// SPDX-License-Identifier: Apache-2.0
#include "cli/ddl_cache.hpp"

#include <fstream>
#include <system_error>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

namespace json = protocol::json;
using std::chrono::milliseconds;

// Remarks name at most ten nodes each; what nodes say themselves may be longer.
constexpr std::size_t longest_remarks = std::size_t{16} * 1024;

// Room for the largest DDL, the remarks as JSON writes them, and the time.
constexpr std::size_t largest_entry = ddl::largest_ddl + 6 * longest_remarks + 1024;

std::string fleet_of(const client::ClientSettings& settings)
{
  json::object brokers;
  for (const auto& broker : settings.connection.brokers) {
    brokers[broker] = settings.collective;
  }
  return ddl::fingerprint(brokers);
}

std::filesystem::path cache_folder(const client::Environment& environment)
{
  if (const auto folder = environment("XDG_CACHE_HOME")) {
    return *folder;
  }
  const auto home = environment("HOME");
  return home ? std::filesystem::path{*home} / ".cache" : std::filesystem::path{};
}

milliseconds since_1970(DdlCache::Time time)
{
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch());
}

}  // namespace

DdlCache::DdlCache(const client::ClientSettings& settings, const client::Environment& environment)
{
  const auto folder = cache_folder(environment);
  if (folder.is_absolute()) {
    folder_ = folder / "muster" / "ddl" / fleet_of(settings);
  }
}

std::filesystem::path DdlCache::file_of(const std::string& agent) const
{
  return folder_ / (agent + ".json");
}

// No agent's file: those end in .json.
std::filesystem::path DdlCache::file_of_agents() const
{
  return folder_ / "agents";
}

std::optional<DdlCache::Entry> DdlCache::read(const std::filesystem::path& file, Time now)
{
  const auto text = runtime::read_text_file(file, largest_entry);
  auto entry = text ? protocol::parse_object(*text) : tl::unexpected{text.error()};
  if (!entry) {
    return std::nullopt;
  }
  protocol::JsonReader reader{*entry, ""};
  const auto age = since_1970(now) - reader.time("fetched").time_since_epoch();
  if (reader.error() || age < milliseconds{0}) {
    return std::nullopt;
  }
  return Entry{std::move(*entry), age};
}

void DdlCache::write(const std::filesystem::path& file, json::object entry, Time now) const
{
  entry["fetched"] = since_1970(now).count();
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  auto unfinished = file;
  unfinished += fmt::format(".{}", ::getpid());
  {
    std::ofstream stream{unfinished};
    stream << json::serialize(entry);
    stream.close();
    if (!stream) {
      std::filesystem::remove(unfinished, failed);
      return;
    }
  }
  std::filesystem::rename(unfinished, file, failed);
}

std::optional<DdlCache::Kept> DdlCache::find(const std::string& agent, Time now) const
{
  if (folder_.empty() || !ddl::is_name(agent)) {
    return std::nullopt;
  }
  const auto entry = read(file_of(agent), now);
  if (!entry) {
    return std::nullopt;
  }
  protocol::JsonReader reader{entry->members, ""};
  auto source = reader.object("ddl");
  auto remarks = reader.optional_string("remarks", longest_remarks);
  if (reader.error()) {
    return std::nullopt;
  }
  auto document = ddl::read_document(std::move(source));
  if (!document || document->agent.metadata.name != agent) {
    return std::nullopt;
  }
  return Kept{std::move(*document), printable(remarks, true), entry->age};
}

void DdlCache::keep(const ddl::Document& document, const std::string& remarks, Time now) const
{
  if (!folder_.empty()) {
    write(
        file_of(document.agent.metadata.name),
        {{"ddl", document.source}, {"remarks", truncate_utf8(remarks, longest_remarks, "…\n")}},
        now);
  }
}

std::optional<std::vector<std::string>> DdlCache::agents(Time now) const
{
  const auto entry = folder_.empty() ? std::nullopt : read(file_of_agents(), now);
  const auto* list = entry && entry->age <= fresh ? entry->members.if_contains("agents") : nullptr;
  if (list == nullptr || !list->is_array()) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const auto& name : list->get_array()) {
    if (name.is_string() && ddl::is_name(name.get_string())) {
      names.emplace_back(name.get_string());
    }
  }
  return names;
}

void DdlCache::keep_agents(const std::vector<std::string>& names, Time now) const
{
  if (!folder_.empty()) {
    write(file_of_agents(), {{"agents", json::array(names.begin(), names.end())}}, now);
  }
}

}  // namespace muster::cli
