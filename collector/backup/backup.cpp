// SPDX-License-Identifier: Apache-2.0
#include "collector/backup/backup.hpp"

#include <thread>
#include <unistd.h>
#include <utility>

#include "collector/backup/folder_copy.hpp"
#include "collector/backup/steady_copy.hpp"
#include "collector/store/schema.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::collector {

namespace fs = std::filesystem;

namespace {

constexpr const char* database_name = "collector.db";
constexpr const char* history_name = "history";
constexpr const char* manifest_name = "manifest.json";
constexpr std::size_t largest_manifest = std::size_t{64} << 10U;

// A folder that goes with its contents, unless it was kept.
class Unfinished {
public:
  explicit Unfinished(fs::path folder) : folder_{std::move(folder)} {}

  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  Unfinished(Unfinished&&) = delete;
  Unfinished& operator=(Unfinished&&) = delete;

  ~Unfinished()
  {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

private:
  fs::path folder_;
};

fs::path beside(const fs::path& path, const std::string& ending)
{
  auto name = path.has_filename() ? path : path.parent_path();
  name += ending + std::to_string(::getpid());
  return name;
}

Expected<void> rename_to(const fs::path& from, const fs::path& to)
{
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot name " + to.string() + ": " + failed.message());
  }
  const auto parent = to.has_parent_path() ? to.parent_path() : fs::path{"."};
  return sync_to_disk(parent);
}

Expected<void> must_not_be_there(const fs::path& path, const std::string& what_to_do)
{
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored))
             ? Expected<void>{failure(ErrorCode::denied, path.string() + " is there: " + what_to_do)}
             : Expected<void>{};
}

Expected<std::int64_t> schema_of(const fs::path& database)
{
  auto opened = open_database(database);
  return opened ? opened->version() : tl::make_unexpected(opened.error());
}

Expected<void> copy_database(const fs::path& from, const fs::path& to)
{
  std::error_code ignored;
  if (!fs::exists(from, ignored)) {
    return failure(ErrorCode::not_found, "there is no " + from.string() + ": nothing to back up");
  }
  auto database = open_database(from);
  const auto copied = database ? database->copy_into(to) : tl::make_unexpected(database.error());
  return copied ? sync_to_disk(to) : copied;
}

// What rrdcached still holds of a file.
Expected<CopiedFiles> copy_history(const BackupPlaces& places, const fs::path& to)
{
  if (places.rrdcached.empty()) {
    return copy_folder(places.history, to, {});
  }
  Rrdcached daemon{places.rrdcached};
  return copy_folder(places.history, to, [&daemon](const fs::path& file) {
    return file.extension() == ".rrd"
               ? daemon.flush(file, std::chrono::steady_clock::now() + rrdcached_deadline)
               : Expected<void>{};
  });
}

Expected<Manifest> fill(const BackupPlaces& places, const fs::path& folder)
{
  Manifest manifest;
  manifest.collector = places.collector;
  manifest.version = MUSTER_VERSION;
  manifest.made = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (auto copied = copy_database(places.database, folder / database_name); !copied) {
    return tl::unexpected{copied.error()};
  }
  const auto schema = schema_of(folder / database_name);  // and whether the copy is sound
  if (!schema) {
    return tl::unexpected{schema.error()};
  }
  manifest.schema = *schema;
  std::error_code ignored;
  manifest.database_bytes = fs::file_size(folder / database_name, ignored);
  std::this_thread::sleep_for(places.settles);
  const auto history = copy_history(places, folder / history_name);
  if (!history) {
    return tl::unexpected{history.error()};
  }
  manifest.history_files = history->files;
  manifest.history_bytes = history->bytes;
  return manifest;
}

}  // namespace

Expected<Manifest> make_backup(const BackupPlaces& places, const fs::path& target)
{
  if (auto free = must_not_be_there(target, "give the name of a new folder"); !free) {
    return tl::unexpected{free.error()};
  }
  const auto folder = beside(target, ".unfinished-");
  const Unfinished unfinished{folder};
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot make " + folder.string() + ": " + failed.message());
  }
  fs::permissions(folder, fs::perms::owner_all, failed);
  auto manifest = fill(places, folder);
  const auto written = manifest ? write_new_file(folder / manifest_name, encode(*manifest))
                                : tl::make_unexpected(manifest.error());
  const auto synced = written ? sync_to_disk(folder) : written;
  if (const auto named = synced ? rename_to(folder, target) : synced; !named) {
    return tl::unexpected{named.error()};
  }
  return manifest;
}

namespace {

Expected<Manifest> manifest_of(const fs::path& backup)
{
  const auto text = runtime::read_text_file(backup / manifest_name, largest_manifest);
  if (!text) {
    return tl::unexpected{text.error().with_context("no whole backup")};
  }
  auto manifest = parse_manifest(*text);
  if (manifest && manifest->schema > newest_schema()) {
    return failure(
        ErrorCode::invalid_input,
        backup.string() + " is of a newer collector: restore it with " + manifest->version);
  }
  return manifest ? manifest : tl::unexpected{manifest.error().with_context(backup.string())};
}

Expected<void> nothing_is_there(const BackupPlaces& places)
{
  const std::string advice = "stop the collector, and move it away first";
  if (auto free = must_not_be_there(places.database, advice); !free) {
    return free;
  }
  std::error_code ignored;
  const bool empty = !fs::exists(places.history, ignored) || fs::is_empty(places.history, ignored);
  return empty ? Expected<void>{} : must_not_be_there(places.history, advice);
}

Expected<void> bring_history(const fs::path& from, const Manifest& manifest, const fs::path& to)
{
  const auto folder = beside(to, ".restoring-");
  const Unfinished unfinished{folder};
  const auto copied = copy_folder(from, folder, {});
  if (!copied) {
    return tl::unexpected{copied.error()};
  }
  if (copied->files != manifest.history_files || copied->bytes != manifest.history_bytes) {
    return failure(
        ErrorCode::invalid_input, from.string() + " does not hold what the manifest says: it is not whole");
  }
  std::error_code ignored;
  fs::remove(to, ignored);  // an empty one
  return rename_to(folder, to);
}

Expected<void> bring_database(const fs::path& from, const Manifest& manifest, const fs::path& to)
{
  const auto copy = beside(to, ".restoring-");
  const Unfinished unfinished{copy};
  std::error_code failed;
  fs::copy_file(from, copy, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot copy " + from.string() + ": " + failed.message());
  }
  if (fs::file_size(copy, failed) != manifest.database_bytes) {
    return failure(ErrorCode::invalid_input, from.string() + " has not the size that the manifest says");
  }
  if (const auto schema = schema_of(copy); !schema) {
    return tl::unexpected{schema.error()};
  }
  const auto synced = sync_to_disk(copy);
  return synced ? rename_to(copy, to) : synced;
}

}  // namespace

Expected<Manifest> restore_backup(const fs::path& backup, const BackupPlaces& places)
{
  auto manifest = manifest_of(backup);
  const auto free = manifest ? nothing_is_there(places) : tl::make_unexpected(manifest.error());
  if (!free) {
    return tl::unexpected{free.error()};
  }
  std::error_code failed;
  fs::create_directories(places.database.parent_path(), failed);
  fs::create_directories(places.history.parent_path(), failed);
  auto brought = bring_history(backup / history_name, *manifest, places.history);
  if (brought) {
    brought = bring_database(backup / database_name, *manifest, places.database);
  }
  return brought ? manifest : tl::unexpected{brought.error()};
}

}  // namespace muster::collector
