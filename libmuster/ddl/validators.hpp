// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::ddl {

// The `validation` of a string input: the name of a validator (shellsafe, ipv4address, ipv6address,
// ipaddress, service_name, package_name), or else a regular expression in RE2's syntax, which searches
// unanchored, as in MCollective.

// Whether it is the name of a validator.
bool is_validator(std::string_view validation);

// Whether `validation` can be used at all: names and valid expressions can, and so can none.
Expected<void> check_validation(const std::string& validation);

// Whether `text` holds; the error says which rule it breaks.
Expected<void> validate(const std::string& validation, const std::string& text);

}  // namespace muster::ddl
