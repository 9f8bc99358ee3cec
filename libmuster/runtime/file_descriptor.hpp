// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>
#include <utility>

namespace muster::runtime {

// Owns one descriptor, or none (-1).
class FileDescriptor {
public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_{descriptor} {}

  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_{other.release()} {}

  FileDescriptor& operator=(FileDescriptor&& other) noexcept
  {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  ~FileDescriptor()
  {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  [[nodiscard]] bool valid() const { return descriptor_ >= 0; }

  [[nodiscard]] int get() const { return descriptor_; }

  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

}  // namespace muster::runtime
