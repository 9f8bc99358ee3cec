// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::bridge {

// What `diff -u` prints for one file, with three lines around each change; empty if nothing differs. A text
// that is absent is a file that is not there. Line feeds separate lines. Takes time in the product of the
// lengths of the parts that differ, up to a limit: beyond that, these parts are shown as replaced.
std::string text_diff(
    const std::string& path, std::optional<std::string_view> before, std::optional<std::string_view> after);

}  // namespace muster::bridge
