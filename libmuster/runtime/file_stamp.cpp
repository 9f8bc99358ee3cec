// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/file_stamp.hpp"

#include <sys/stat.h>

namespace muster::runtime {
namespace {

std::int64_t nanoseconds(const timespec& time)
{
  constexpr std::int64_t per_second = 1'000'000'000;
  return std::int64_t{time.tv_sec} * per_second + std::int64_t{time.tv_nsec};
}

}  // namespace

FileStamp stamp_of(const std::string& path)
{
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) {
    return {};
  }
  return {
      status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

}  // namespace muster::runtime
