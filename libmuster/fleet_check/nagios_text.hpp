// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster::fleet_check {

// Text of a stranger as one line of a plugin's output: printable(), and each `|`, which would begin perfdata
// there, as `¦`.
std::string nagios_line(std::string_view text);

// The name of a check for a first line: cut at 256 bytes, for nobody types longer ones.
std::string nagios_name(std::string_view check);

// nagios_line() for several lines; line feeds stay, those at the end go.
std::string nagios_lines(std::string_view text);

// Perfdata of a stranger: printable, in one line. Its bars stay: all that is behind the first one of a line
// is perfdata.
std::string nagios_perfdata(std::string_view text);

}  // namespace muster::fleet_check
