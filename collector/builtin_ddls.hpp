// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster::collector {

// The text of collector/ddl/NAME.json as it was compiled in; empty if there is none.
std::string_view builtin_ddl_text(std::string_view agent) noexcept;

}  // namespace muster::collector
