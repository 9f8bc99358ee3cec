// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// A result in the words of Nagios Core 4 (formats and escapes read in and recorded from 4.4.6). Pure; every
// function of this file appends to `text`, and appends nothing when it fails. `invalid_input` says what no
// file can carry: a name that is empty or too long, or holds a `;` or a control byte.

// Nagios has no limits of its own here; its web pages, logs and add-ons do. What is longer is cut with a
// mark, perfdata after the last value that is whole.
inline constexpr std::size_t max_nagios_name = 1024;
inline constexpr std::size_t max_nagios_summary = std::size_t{8} << 10U;
inline constexpr std::size_t max_nagios_details = std::size_t{64}
                                                  << 10U;  // what checkagent takes of a plugin
inline constexpr std::size_t max_nagios_perfdata = std::size_t{64} << 10U;

// The first line of our files in the folder of check results; a comment to Nagios.
inline constexpr std::string_view nagios_spool_mark = "### nagios-bridge";

// What Nagios shall take for the output of a plugin, on one line: a backslash is `\\`, a line feed `\n`. Its
// first bar must be that before the perfdata: in summary and details a bar becomes a broken bar (U+00A6).
// Line feeds of summary and perfdata become blanks, NULs and broken UTF-8 U+FFFD. A `;` stays; Nagios makes
// it a `:` in the summary.
void append_nagios_output(std::string& text, const PassiveResult& result);

// One external command with its line feed: "[1795950760] PROCESS_SERVICE_CHECK_RESULT;web1;load;2;text".
// Its time is when the check was finished, to the second.
Expected<void> append_nagios_command(std::string& text, const PassiveResult& result);

// The beginning of a file for the folder of check results. `written` tells Nagios how old it is.
void append_nagios_spool_header(std::string& text, std::chrono::sys_seconds written);

// One record of such a file. A name that ends in a backslash cannot be written there.
Expected<void> append_nagios_spool_record(std::string& text, const PassiveResult& result);

}  // namespace muster::bridge
