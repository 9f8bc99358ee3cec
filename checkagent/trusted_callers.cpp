// SPDX-License-Identifier: Apache-2.0
#include "checkagent/trusted_callers.hpp"

#include <algorithm>
#include <sys/stat.h>

#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

// Whoever can write here can run every check, so nobody but the owner and root may.
Expected<void> refuse_if_others_may_write(const std::filesystem::path& path)
{
  struct stat status {};

  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0) {
    return failure(
        ErrorCode::denied,
        path.string() + ": everybody may write to it, so it is not believed; run: chmod o-w " +
            path.string());
  }
  return {};
}

Expected<std::vector<protocol::PublicKey>> keys_of(const std::filesystem::path& file)
{
  if (const auto safe = refuse_if_others_may_write(file); !safe) {
    return tl::unexpected{safe.error()};
  }
  const auto text = runtime::read_text_file(file, TrustedCallers::largest_file);
  if (!text) {
    return tl::unexpected{text.error()};
  }
  auto keys = protocol::parse_public_keys(*text);
  if (!keys) {
    return tl::unexpected{keys.error().with_context(file.string())};
  }
  return keys;
}

}  // namespace

TrustedCallers::Reading TrustedCallers::reload()
{
  Reading reading;
  stamps_ = stamps();
  if (const auto safe = refuse_if_others_may_write(folder_); !safe) {
    reading.health.push_back(safe.error().message);
    return reading;
  }
  for (const auto& file : files()) {
    auto keys = keys_of(file);
    if (!keys) {
      reading.health.push_back(keys.error().message);
      continue;
    }
    for (auto& key : *keys) {
      reading.keys.add(std::move(key));
    }
  }
  return reading;
}

std::vector<std::filesystem::path> TrustedCallers::files() const
{
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator{folder_, failed}) {
    if (entry.path().extension() == ".pub" && files.size() < most_files) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<FileStamp> TrustedCallers::stamps() const
{
  std::vector<FileStamp> stamps{stamp_of(folder_)};
  for (const auto& file : files()) {
    stamps.push_back(stamp_of(file));
  }
  return stamps;
}

}  // namespace muster::checkagent
