// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster {

// What Nagios Core says for a plugin whose first line is empty.
inline constexpr std::string_view no_plugin_output = "(No output returned from plugin)";

// The three parts of what a plugin printed.
struct PluginOutput {
  std::string summary;   // the first line without its perfdata
  std::string details;   // the lines after it, joined by line feeds, without their perfdata
  std::string perfdata;  // all perfdata, one line, pieces joined by a blank
};

// Splits a plugin's standard output exactly as Nagios Core 4.4.6 does (recorded from it: tests/data):
// * The first line's first bar ends the summary. Blanks around the summary go, its `;` become `:`, because
// the
//   formats that Nagios writes are separated by `;`. An empty first line gives no_plugin_output; a first line
//   of blanks, or one that starts with the bar, gives an empty summary.
// * The lines after it are details, until the first of them that has a bar. From that bar on everything,
// further
//   lines and bars included, is perfdata.
// * Blanks around the perfdata go, those in it stay. Details keep theirs, a CR at the end of a line included.
// Never fails; linear in the size of the text. The parts are not made printable: whoever shows them does that
// (printable() of utf8.hpp).
PluginOutput parse_plugin_output(std::string_view text);

}  // namespace muster
