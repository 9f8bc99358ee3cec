// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::runtime {

// What an errno of a file means to the caller. `io_failure` is all that may pass by itself: no descriptors
// left, a disk that hiccups.
ErrorCode error_code_of(int number);

// The error for a system call on `path` that left `number` in errno: "cannot write /a/b: No space left on
// device".
tl::unexpected<Error> system_failure(std::string_view doing, const std::filesystem::path& path, int number);

}  // namespace muster::runtime
