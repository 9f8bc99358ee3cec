// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster {

// Below, at or above zero. As numbers when both look like one ("10" is above "9.5"), else byte by byte. Whole
// numbers are compared exactly, since a count of bytes may not fit a double.
int compare_fact_texts(std::string_view left, std::string_view right) noexcept;

}  // namespace muster
