// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::checkagent {

inline constexpr std::size_t max_classes = 4096;      // Puppet catalogues of big sites have some hundred
inline constexpr std::size_t max_class_length = 256;  // bytes

// One class per line, as in Puppet's classes.txt; blank lines and lines that start with '#' are skipped,
// double names kept once, in the order of the file. The error names file and line.
Expected<std::vector<std::string>> parse_classes(const std::string& file, std::string_view text);

// Where Puppet of any age leaves its list, and our own place first.
std::vector<std::filesystem::path> usual_classes_files();

// The classes in `file`; for an empty path, in the first file that exists of the usual ones, and none without
// an error when there is no such file.
Expected<std::vector<std::string>> read_classes(const std::filesystem::path& file);

// What a node knows of its classes after each reading. A file that cannot be read says nothing about them, so
// those from before stay; only one that is missing means that there are none. One thread.
class KnownClasses {
public:
  // `reading` is what read_classes() returned.
  void take(Expected<std::vector<std::string>> reading);

  // The error: no reading has succeeded yet, and why the last one has not.
  [[nodiscard]] const Expected<std::vector<std::string>>& classes() const { return classes_; }

  // A sentence for presence `health`, if the last reading has failed.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

private:
  Expected<std::vector<std::string>> classes_ =
      failure(ErrorCode::not_found, "nobody has looked for them yet");
  std::optional<std::string> problem_;
};

}  // namespace muster::checkagent
