// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "libmuster/error.hpp"
#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::node {

// A file of lines that is only ever added to, and its predecessors FILE.1 (the youngest) to FILE.4. A line is
// with the kernel when write() returns, so it outlives this process; it is not synced, so the last seconds
// may be lost with the power. Owned by the daemon; one thread.
class AuditLog {
public:
  // Some 18,000 requests with their outcomes; with its predecessors a bounded 50 MiB.
  static constexpr std::uint64_t largest_file = std::uint64_t{10} << 20U;
  static constexpr int files = 5;

  explicit AuditLog(std::filesystem::path file, std::uint64_t largest = largest_file);

  // The whole line or, on failure, none of it. Opens the file again if need be.
  Expected<void> write(const std::string& line);

  // After SIGHUP, for whoever moves the file away.
  void reopen();

  // Now and then: opens the file if that has failed, or if another one stands at its place.
  void look();

  // Why nothing can be written; empty if all is well.
  [[nodiscard]] const std::optional<std::string>& health() const { return health_; }

private:
  Expected<void> open();
  Expected<void> append(const std::string& line);
  Expected<void> rotate();
  Expected<void> remember(Expected<void> result);

  std::filesystem::path file_;
  std::uint64_t largest_;
  runtime::FileDescriptor descriptor_;
  std::uint64_t size_ = 0;
  std::optional<std::string> health_;
};

}  // namespace muster::node
