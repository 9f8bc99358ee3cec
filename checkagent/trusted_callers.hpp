// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "checkagent/file_stamp.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::checkagent {

// The folder of *.pub files that says whose requests this node believes. Its content is what counts, now: a
// file or line that is removed revokes at once, and a file that cannot be read or parsed gives no key,
// whatever it held before. A key that works too long is worse than one that works too little: the operator
// sees the latter.
class TrustedCallers {
public:
  static constexpr std::size_t most_files = 1024;  // operators and tools of one fleet
  static constexpr std::size_t largest_file = std::size_t{16} << 10U;

  struct Reading {
    protocol::KeyRing keys;
    std::vector<std::string> health;  // one sentence for each file that gives no key, and why
  };

  explicit TrustedCallers(std::filesystem::path folder) : folder_{std::move(folder)} {}

  Reading reload();

  // Whether the folder or a file of the last reading differs on disk now.
  [[nodiscard]] bool changed_on_disk() const { return stamps() != stamps_; }

private:
  [[nodiscard]] std::vector<std::filesystem::path> files() const;
  [[nodiscard]] std::vector<FileStamp> stamps() const;

  std::filesystem::path folder_;
  std::vector<FileStamp> stamps_;
};

}  // namespace muster::checkagent
