// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "libmuster/error.hpp"

namespace muster::runtime {

struct FolderLimits {
  std::size_t files = 0;
  std::size_t bytes = 0;  // of each file
};

// What lies directly in a folder, by the name without its path: the text, or why it could not be read.
using FolderTexts = std::map<std::string, Expected<std::string>>;

// All files whose name is wanted. A folder that is missing is `not_found`; more files than the limit are
// `invalid_input`. Any thread.
Expected<FolderTexts> read_text_folder(
    const std::filesystem::path& folder,
    const std::function<bool(const std::string&)>& is_wanted,
    const FolderLimits& limits);

}  // namespace muster::runtime
