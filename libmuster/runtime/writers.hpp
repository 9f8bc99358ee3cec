// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::runtime {

// Who may write where trust is written down may let himself in: fails with `denied` if everybody may write to
// `path`, and says that therefore `what` ("its keys do") not count.
Expected<void> not_for_everybody(const std::filesystem::path& path, std::string_view what);

}  // namespace muster::runtime
