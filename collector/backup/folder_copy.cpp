// SPDX-License-Identifier: Apache-2.0
#include "collector/backup/folder_copy.hpp"

#include <string>
#include <system_error>

#include "collector/backup/steady_copy.hpp"

namespace muster::collector {

namespace fs = std::filesystem;

namespace {

Expected<void> make_folder(const fs::path& folder)
{
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot make " + folder.string() + ": " + failed.message());
  }
  fs::permissions(folder, fs::perms::owner_all, failed);
  return {};
}

bool is_moved_aside(const fs::path& path)
{
  return path.filename().string().find(".corrupt-") != std::string::npos;
}

Expected<void> copy_one(
    const fs::path& from,
    const fs::path& to,
    const std::function<Expected<void>(const fs::path&)>& before,
    CopiedFiles& copied)
{
  if (auto ready = before ? before(from) : Expected<void>{}; !ready) {
    return ready;
  }
  const auto bytes = copy_steadily(from, to);
  std::error_code ignored;
  if (!bytes && !fs::exists(from, ignored)) {
    return {};
  }
  if (!bytes) {
    return tl::unexpected{bytes.error()};
  }
  ++copied.files;
  copied.bytes += *bytes;
  return {};
}

}  // namespace

Expected<CopiedFiles> copy_folder(
    const fs::path& from, const fs::path& to, const std::function<Expected<void>(const fs::path&)>& before)
{
  CopiedFiles copied;
  std::error_code failed;
  std::error_code ignored;
  auto done = make_folder(to);
  if (!done || !fs::exists(from, ignored)) {
    return done ? Expected<CopiedFiles>{copied} : tl::unexpected{done.error()};
  }
  for (fs::recursive_directory_iterator entry{from, failed}, end; !failed && entry != end && done;
       entry.increment(failed)) {
    const auto target = to / entry->path().lexically_relative(from);
    if (entry->is_symlink(ignored)) {
      continue;
    }
    if (entry->is_directory(ignored)) {
      done = make_folder(target);
    } else if (entry->is_regular_file(ignored) && !is_moved_aside(entry->path())) {
      done = copy_one(entry->path(), target, before, copied);
    }
  }
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot read " + from.string() + ": " + failed.message());
  }
  return done ? Expected<CopiedFiles>{copied} : tl::unexpected{done.error()};
}

}  // namespace muster::collector
