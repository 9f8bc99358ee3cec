// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::bridge {

// Who is told. What a name may be differs between them; a file takes any.
enum class Monitor { nagios, icinga, nsca, nrdp, file };

enum class ObjectKind { host, service };

// Nagios refuses these in the names of objects: illegal_object_name_chars as Debian's nagios.cfg and the
// program itself have it.
inline constexpr std::string_view nagios_illegal_characters = "`~!$%^&*|'\"<>?,()=";

// Why the monitor cannot have an object of this name, or cannot be told of it; absent: it can. What can never
// be, whatever `illegal` says: an empty name, control characters;
//   for Nagios  `;` (it separates the fields of a command and begins a comment), a backslash at the end (it
//   joins
//               two lines of a configuration), blanks at either end, "null" (it takes back what is
//               inherited), and in a host `,` `!` `*` (services name hosts by lists with them)
//   for Icinga  `!` (it stands between host and service)
// NSCA cuts hosts after 63 bytes and services after 127. `illegal` is Nagios' illegal_object_name_chars, and
// counts for all but Icinga.
std::optional<std::string> name_fault(
    Monitor monitor,
    ObjectKind kind,
    std::string_view name,
    std::string_view illegal = nagios_illegal_characters);

}  // namespace muster::bridge
