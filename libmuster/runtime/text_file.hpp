// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "libmuster/error.hpp"

namespace muster::runtime {

// The whole of a regular file (or of a file of /proc). A missing file is `not_found`, a forbidden one
// `denied`, one longer than `max_bytes` and one that is no regular file `invalid_input`; every message names
// the path. Never blocks on a pipe or a device. Any thread.
Expected<std::string> read_text_file(const std::filesystem::path& path, std::size_t max_bytes);

// After it returns, the file holds either all of `text` or, on failure, what it held before, even if the
// power fails. The new file has exactly `mode`. The folder must exist. Any thread.
Expected<void> write_file_atomically(const std::filesystem::path& path, std::string_view text, mode_t mode);

}  // namespace muster::runtime
