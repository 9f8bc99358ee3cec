// SPDX-License-Identifier: Apache-2.0
#include "checkagent/node_lock.hpp"

#include <system_error>

#include "libmuster/model/node_name.hpp"

namespace muster::checkagent {

Expected<NodeLock> NodeLock::take(const std::filesystem::path& state_dir, const std::string& identity)
{
  if (!is_node_name(identity)) {
    return failure(ErrorCode::invalid_input, "no node's name: \"" + identity + "\"");
  }
  std::error_code error;
  std::filesystem::create_directories(state_dir, error);
  if (error) {
    return failure(
        ErrorCode::io_failure,
        "cannot make the state folder " + state_dir.string() + ": " + error.message() +
            "; set state_dir, or make it writable to this user");
  }
  auto file = runtime::LockFile::take(state_dir / (identity + ".lock"));
  if (!file && file.error().code == ErrorCode::denied) {
    return failure(
        ErrorCode::denied,
        "a checkagent with the name " + identity + " runs on this host: " + file.error().message +
            "; stop it, or give this one another identity");
  }
  if (!file) {
    return tl::unexpected{file.error()};
  }
  return NodeLock{std::move(*file)};
}

}  // namespace muster::checkagent
