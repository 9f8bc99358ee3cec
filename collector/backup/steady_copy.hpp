// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::collector {

// Files that another program may be writing at the same time. Every call waits for the disk; any thread.

// An RRD file has at most some MB; what is larger is none of ours.
inline constexpr std::size_t largest_steady_file = std::size_t{256} << 20U;

// Copies `from` as it was at one moment: librrd writes a row in several places of a file, under a lock of
// fcntl(2), and a copy made meanwhile would hold half of it. So it is read twice, and taken if nobody held
// the lock and both were the same. Returns the size. Fails with io_failure, naming the file, if it was
// written all the time.
Expected<std::uintmax_t> copy_steadily(const std::filesystem::path& from, const std::filesystem::path& to);

// A new file, for its owner alone, on the disk when this returns.
Expected<void> write_new_file(const std::filesystem::path& path, std::string_view text);

// A file, or what was made or renamed in a folder, is there after a crash of the machine, too.
Expected<void> sync_to_disk(const std::filesystem::path& path);

}  // namespace muster::collector
