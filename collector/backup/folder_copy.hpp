// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "libmuster/error.hpp"

namespace muster::collector {

struct CopiedFiles {
  std::uintmax_t files = 0;
  std::uintmax_t bytes = 0;
};

// Copies the files below `from`, each by copy_steadily(), into the new folder `to`. `before` is called with
// each file first. Left out: files of a name that says that somebody has moved them aside as damaged, and
// what is neither a file nor a folder. A folder `from` that is not there is an empty one; a file that goes
// while it is copied (a forgotten node) is none. Waits for the disk.
Expected<CopiedFiles> copy_folder(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const std::function<Expected<void>(const std::filesystem::path&)>& before);

}  // namespace muster::collector
