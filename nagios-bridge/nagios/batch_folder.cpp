// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/batch_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "libmuster/runtime/system_failure.hpp"
#include "libmuster/runtime/writers.hpp"

namespace muster::bridge {

namespace {

using runtime::FileDescriptor;
using runtime::system_failure;

constexpr mode_t folder_mode = 0770;
constexpr mode_t file_mode = 0644;

// 0, or what errno said.
int write_all(int file, std::string_view text)
{
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return errno;
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Expected<BatchFolder> BatchFolder::open(const std::filesystem::path& path)
{
  FileDescriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.valid()) {
    return system_failure("open the folder", path, errno);
  }
  if (auto closed = runtime::not_for_everybody(path, "commands in it"); !closed) {
    return tl::unexpected{closed.error()};
  }
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    return failure(
        ErrorCode::denied,
        "the folder " + path.string() + " is in use by another sink or bridge: give each one its own");
  }
  return BatchFolder{path, std::move(folder)};
}

Expected<void> BatchFolder::make(const std::filesystem::path& path, const std::string& group)
{
  if (::mkdir(path.c_str(), 0700) != 0) {
    return errno == EEXIST ? Expected<void>{} : system_failure("make the folder", path, errno);
  }
  const auto* const entry = ::getgrnam(group.c_str());
  if (entry == nullptr) {
    ::rmdir(path.c_str());
    return failure(ErrorCode::not_found, "there is no group " + group + ": name the one that Nagios runs as");
  }
  if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0 ||
      ::chmod(path.c_str(), folder_mode) != 0) {
    const int number = errno;
    ::rmdir(path.c_str());
    auto failed = system_failure("give to group " + group + " the folder", path, number);
    failed.value().message += "; the bridge's user must be in that group";
    return failed;
  }
  return {};
}

Expected<void> BatchFolder::write(const std::string& name, std::string_view text) const
{
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  const FileDescriptor file{::openat(folder_.get(), name.c_str(), flags, 0600)};
  if (!file.valid()) {
    return system_failure("make", path_ / name, errno);
  }
  int number = write_all(file.get(), text);
  if (number == 0 && ::fchmod(file.get(), file_mode) != 0) {
    number = errno;
  }
  if (number != 0) {
    remove(name);
    return system_failure("write", path_ / name, number);
  }
  return {};
}

bool BatchFolder::has(const std::string& name) const
{
  struct stat status {};

  return ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

bool BatchFolder::remove(const std::string& name) const
{
  return ::unlinkat(folder_.get(), name.c_str(), 0) == 0;
}

bool BatchFolder::intact() const
{
  struct stat opened {};

  struct stat there {};

  return ::fstat(folder_.get(), &opened) == 0 && opened.st_nlink > 0 && ::stat(path_.c_str(), &there) == 0 &&
         opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

void BatchFolder::sweep(const std::function<bool(const std::filesystem::path&)>& is_ours) const
{
  std::vector<std::string> left;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{path_, error}, end; !error && entry != end;
       entry.increment(error)) {
    if (is_ours(entry->path())) {
      left.push_back(entry->path().filename().string());
    }
  }
  for (const auto& name : left) {
    remove(name + ".ok");
    remove(name);
  }
}

}  // namespace muster::bridge
