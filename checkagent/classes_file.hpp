// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
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

}  // namespace muster::checkagent
