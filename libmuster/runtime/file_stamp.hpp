// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace muster::runtime {

// What tells one version of a file or directory from the next without reading it. All zero: not there.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  // catches a copy that keeps the old modification time

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Follows symbolic links. Whatever cannot be looked at counts as not there.
FileStamp stamp_of(const std::string& path);

}  // namespace muster::runtime
