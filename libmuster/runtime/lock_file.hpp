// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "libmuster/error.hpp"
#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::runtime {

// Holds a lock (flock(2)) on a file for as long as it lives; the kernel lets go when the process dies,
// however it dies. The file stays behind: removing it would let two processes lock two files of one name. It
// holds the pid of its owner, for the message that others get.
class LockFile {
public:
  // Creates the file if need be, mode 0600. `denied` if another process (or another LockFile of this one)
  // holds it; the message names the file and its owner's pid. Everything else
  // that goes wrong is `io_failure`.
  static Expected<LockFile> take(const std::filesystem::path& path);

private:
  explicit LockFile(FileDescriptor file) : file_{std::move(file)} {}

  FileDescriptor file_;
};

}  // namespace muster::runtime
