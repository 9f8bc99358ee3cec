// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace muster::runtime {

// Where the first byte stands that belongs to no valid character (RFC 3629: no overlong forms, no
// surrogates).
std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

}  // namespace muster::runtime
