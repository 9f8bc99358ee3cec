// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::ddl {

// The `validation` of a string input: the name of a validator (shellsafe, ipv4address, ipv6address,
// ipaddress, service_name, package_name), or else a regular expression in RE2's syntax, which searches
// unanchored, as in MCollective. A word of small letters, digits and _ is always a name: DDLs in the field
// have those of plugins (puppet_tags) that are not here, and shellsafe stands in their place.

// Each validator and what it wants, in the order of the list above.
std::vector<std::pair<std::string_view, std::string_view>> validator_rules();

// Whether it is the name of a validator.
bool is_validator(std::string_view validation);

// Whether it reads like the name of a validator, but is none that is here.
bool is_foreign_validator(std::string_view validation);

// Whether `validation` can be used at all: names and valid expressions can, and so can none.
Expected<void> check_validation(const std::string& validation);

// Whether `text` holds; the error says which rule it breaks.
Expected<void> validate(const std::string& validation, const std::string& text);

}  // namespace muster::ddl
