// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/lock_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

#include "libmuster/runtime/system_failure.hpp"

namespace muster::runtime {

namespace {

// The file is writable to its owner only, yet it is a file: nothing but a number is taken from it.
std::string owner_in(int file)
{
  std::array<char, 16> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  std::string_view pid{text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  pid = pid.substr(0, pid.find_first_not_of("0123456789"));
  return pid.empty() ? "another process" : "process " + std::string{pid};
}

// `denied` is kept for the one meaning that callers act on: somebody else has the lock.
tl::unexpected<Error> cannot(std::string_view doing, const std::filesystem::path& path, int number)
{
  return failure(ErrorCode::io_failure, system_failure(doing, path, number).value().message);
}

int open_for_locking(const std::filesystem::path& path)
{
  const int writable = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  // A file system that has become read-only still locks.
  return writable < 0 && errno == EROFS ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : writable;
}

}  // namespace

Expected<LockFile> LockFile::take(const std::filesystem::path& path)
{
  FileDescriptor file{open_for_locking(path)};
  if (!file.valid()) {
    return cannot("open", path, errno);
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return cannot("lock", path, errno);
    }
    return failure(ErrorCode::denied, path.string() + " is locked by " + owner_in(file.get()));
  }
  // On a full disk the pid is missing, which costs a message its number and the lock nothing.
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.get(), 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(file.get(), pid.data(), pid.size(), 0);
  }
  return LockFile{std::move(file)};
}

}  // namespace muster::runtime
