// SPDX-License-Identifier: Apache-2.0
#include "collector/history/history_disk.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <system_error>

namespace muster::collector {

std::string path_sentence(std::string_view doing, const std::filesystem::path& path, std::string_view why)
{
  std::string message{"cannot "};
  message += doing;
  message += ' ';
  message += path.string();
  message += ": ";
  message += why;
  return message;
}

Expected<void> make_folder_of(const std::filesystem::path& path)
{
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) {
    const bool denied = error == std::errc::permission_denied || error == std::errc::read_only_file_system;
    return failure(
        denied ? ErrorCode::denied : ErrorCode::io_failure,
        path_sentence("make the folder of", path, error.message()));
  }
  return {};
}

bool is_full(const std::filesystem::path& folder, std::size_t bytes)
{
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  return !error && space.available < bytes;
}

Expected<std::filesystem::path> move_aside(const std::filesystem::path& path, std::chrono::sys_seconds now)
{
  constexpr int most_in_one_second = 100;
  for (int attempt = 0; attempt < most_in_one_second; ++attempt) {
    auto target = path;
    target += ".corrupt-" + std::to_string(now.time_since_epoch().count() + attempt);
    if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
      return target;
    }
    if (errno != EEXIST) {
      const auto why = std::generic_category().message(errno);
      return failure(ErrorCode::io_failure, path_sentence("move aside", path, why));
    }
  }
  return failure(
      ErrorCode::io_failure, path_sentence("move aside", path, "too many damaged files beside it"));
}

}  // namespace muster::collector
