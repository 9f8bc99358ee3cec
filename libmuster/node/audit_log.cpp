// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/audit_log.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "libmuster/runtime/system_failure.hpp"

namespace muster::node {

namespace fs = std::filesystem;

namespace {

constexpr mode_t file_mode = 0640;  // what callers were told to do is not for everybody's eyes

fs::path numbered(const fs::path& file, int number)
{
  return number == 0 ? file : fs::path{file.string() + "." + std::to_string(number)};
}

}  // namespace

AuditLog::AuditLog(fs::path file, std::uint64_t largest) : file_{std::move(file)}, largest_{largest}
{
  reopen();
}

Expected<void> AuditLog::remember(Expected<void> result)
{
  health_.reset();
  if (!result) {
    health_ = "audit: " + result.error().message + "; requests are not on record until that is mended";
  }
  return result;
}

void AuditLog::reopen()
{
  descriptor_ = runtime::FileDescriptor{};
  static_cast<void>(remember(open()));
}

Expected<void> AuditLog::open()
{
  // Non-blocking: opening somebody's named pipe would wait for ever.
  runtime::FileDescriptor opened{::open(
      file_.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
      file_mode)};

  struct stat status {};

  if (!opened.valid() || ::fstat(opened.get(), &status) != 0) {
    return runtime::system_failure("write", file_, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorCode::invalid_input, "cannot write " + file_.string() + ": not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  descriptor_ = std::move(opened);
  return {};
}

void AuditLog::look()
{
  struct stat mine {};

  struct stat there {};

  const bool same = descriptor_.valid() && ::fstat(descriptor_.get(), &mine) == 0 &&
                    ::stat(file_.c_str(), &there) == 0 && mine.st_dev == there.st_dev &&
                    mine.st_ino == there.st_ino;
  if (!same) {
    reopen();
  }
}

Expected<void> AuditLog::write(const std::string& line)
{
  if (!descriptor_.valid()) {
    if (auto opened = open(); !opened) {
      return remember(std::move(opened));
    }
  }
  if (size_ != 0 && size_ + line.size() + 1 > largest_) {
    if (auto rotated = rotate(); !rotated) {
      return remember(std::move(rotated));
    }
  }
  return remember(append(line + "\n"));
}

Expected<void> AuditLog::append(const std::string& line)
{
  const auto count = ::write(descriptor_.get(), line.data(), line.size());
  if (count == static_cast<ssize_t>(line.size())) {
    size_ += line.size();
    return {};
  }
  const int number = count < 0 ? errno : ENOSPC;
  // Half a line would spoil the next one; if even this fails, the next one begins behind it.
  [[maybe_unused]] const auto cut = ::ftruncate(descriptor_.get(), static_cast<off_t>(size_));
  return runtime::system_failure("write", file_, number);
}

Expected<void> AuditLog::rotate()
{
  std::error_code error;
  for (int number = files - 2; number >= 0; --number) {
    fs::rename(numbered(file_, number), numbered(file_, number + 1), error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return runtime::system_failure("rename", numbered(file_, number), error.value());
    }
  }
  descriptor_ = runtime::FileDescriptor{};
  return open();
}

}  // namespace muster::node
