// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/writers.hpp"

#include <string>
#include <system_error>

#include "libmuster/runtime/system_failure.hpp"

namespace muster::runtime {
namespace fs = std::filesystem;

Expected<void> not_for_everybody(const fs::path& path, std::string_view what)
{
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error) {
    return system_failure("read", path, error.value());
  }
  if ((status.permissions() & fs::perms::others_write) != fs::perms::none) {
    std::string why = "everybody may write to " + path.string() + ", so ";
    return failure(ErrorCode::denied, why.append(what) + " not count; chmod o-w " + path.string());
  }
  return {};
}

}  // namespace muster::runtime
