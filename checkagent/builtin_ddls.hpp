// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/ddl/document.hpp"

namespace muster::checkagent {

// The text of checkagent/ddl/NAME.json as it was compiled in; empty if there is none.
std::string_view builtin_ddl_text(std::string_view agent) noexcept;

// The same, read. Throws std::logic_error if there is none or it is broken: a mistake of ours, which the
// tests find.
ddl::Document builtin_ddl(const std::string& agent);

}  // namespace muster::checkagent
