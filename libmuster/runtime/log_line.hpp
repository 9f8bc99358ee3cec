// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace muster::runtime::log {

enum class Level { debug, info, warning, error };

enum class Destination {
  journal,   // "<4>text": sd-daemon(3); the journal adds time and program itself
  readable,  // "2026-03-01T09:30:00.123+01:00 warning: text"
};

// Of one line, prefix excluded. A line quotes what strangers send, and a flood of them must not fill the
// disk.
inline constexpr std::size_t longest_log_text = 2048;

// The line for `text`, without a line feed at its end and with none in it. What could forge a second line or
// steer a terminal is shown as an escape (`\n`, `\x1b`, `\u202e`): controls, DEL, C1, bidirectional controls,
// invisible characters and bytes that are no UTF-8. Times are local, with their offset.
std::string log_line(
    Level level, std::string_view text, std::chrono::system_clock::time_point now, Destination destination);

// JOURNAL_STREAM names the stream that systemd connected ("DEVICE:INODE"); it is inherited by children whose
// standard error goes elsewhere, so it counts only if `descriptor` is that stream (systemd.exec(5)).
// `journal_stream` may be null.
Destination destination_of(int descriptor, const char* journal_stream);

}  // namespace muster::runtime::log
