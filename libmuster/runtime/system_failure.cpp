// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/system_failure.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace muster::runtime {

ErrorCode error_code_of(int number)
{
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return ErrorCode::not_found;
  case EACCES:
  case EPERM:
    return ErrorCode::denied;
  default:
    return ErrorCode::io_failure;
  }
}

tl::unexpected<Error> system_failure(std::string_view doing, const std::filesystem::path& path, int number)
{
  return failure(
      error_code_of(number),
      "cannot " + std::string{doing} + " " + path.string() + ": " + std::generic_category().message(number));
}

}  // namespace muster::runtime
