// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::collector {

// What the files of the history need of the disk besides librrd. Any thread.

// "cannot DOING PATH: WHY"
std::string path_sentence(std::string_view doing, const std::filesystem::path& path, std::string_view why);

// All folders on the way to `path`. Fails with denied or io_failure and names the path.
Expected<void> make_folder_of(const std::filesystem::path& path);

// Whether the disk of `folder` has no room for so many bytes more. Not if it cannot be told.
bool is_full(const std::filesystem::path& folder, std::size_t bytes);

// Renames a damaged file to "NAME.corrupt-TIME", so that a person can look at it and a new one can begin.
// Nothing that is there is overwritten. Returns the new path; fails with io_failure and names the old one.
Expected<std::filesystem::path> move_aside(const std::filesystem::path& path, std::chrono::sys_seconds now);

}  // namespace muster::collector
