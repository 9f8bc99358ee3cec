// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "libmuster/error.hpp"
#include "libmuster/runtime/lock_file.hpp"

namespace muster::checkagent {

// Keeps a second checkagent of this host from running under the same name: the broker would throw each of the
// two off in turn, for ever. Holds for as long as it lives.
class NodeLock {
public:
  // Locks STATE_DIR/IDENTITY.lock; `identity` is a node's name. Makes the folder if it is not there. The
  // message names the pid of the checkagent that runs. On a full or read-only disk a lock file that exists
  // still locks.
  static Expected<NodeLock> take(const std::filesystem::path& state_dir, const std::string& identity);

private:
  explicit NodeLock(runtime::LockFile file) : file_{std::move(file)} {}

  runtime::LockFile file_;
};

}  // namespace muster::checkagent
