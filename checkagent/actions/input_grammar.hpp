// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace muster::checkagent::actions {

// What may stand in the arguments of a tool that runs as root. Pure; none of these lets an option through.

inline constexpr std::size_t longest_package_name = 90;  // as in MCollective's DDL
inline constexpr std::size_t longest_version = 90;
inline constexpr std::size_t longest_service_name = 90;  // as in MCollective's DDL
inline constexpr std::size_t longest_message = 255;      // of `puppet agent --disable`
inline constexpr std::size_t longest_tag_list = 255;

// [A-Za-z0-9][A-Za-z0-9+._-]*, with ":ARCH" behind it or not. A "-" at the end is refused: apt-get reads
// "install NAME-" as "remove NAME".
bool is_package_name(std::string_view text);

// [A-Za-z0-9][A-Za-z0-9+.~:_^-]*
bool is_package_version(std::string_view text);

// [A-Za-z0-9.\-_:@]+, not starting with "-".
bool is_service_name(std::string_view text);

// One line without control characters that does not start with "-".
bool is_message(std::string_view text);

// Puppet's tags: [a-z0-9_][a-z0-9_:.-]*, separated by commas.
bool is_tag_list(std::string_view text);

// Puppet's environments: [a-z0-9_]+.
bool is_environment_name(std::string_view text);

}  // namespace muster::checkagent::actions
