// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster {

// The three parts of what a plugin printed.
struct PluginOutput {
  std::string summary;   // the first line without its perfdata
  std::string details;   // the lines after it, joined by line feeds, without their perfdata
  std::string perfdata;  // all perfdata, one line, pieces joined by a blank
};

// Splits a plugin's standard output by the rules of Nagios Core. Never fails: any bytes have a summary,
// perhaps an empty one. The text is not made printable here; whoever shows it does that (utf8.hpp).
PluginOutput parse_plugin_output(std::string_view text);

}  // namespace muster
