// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// A result in the words of NSCA 2.10 (include/common.h and src/nsca.c of 2.10.2). Each text of a packet has a
// field of fixed length with a NUL at its end; the daemon escapes line feeds and backslashes itself when it
// writes the command for Nagios, so they go as they are. Pure.
inline constexpr std::size_t max_nsca_host = 63;
inline constexpr std::size_t max_nsca_service = 127;
inline constexpr std::size_t max_nsca_output = 4095;

// Stands where something was left out.
inline constexpr std::string_view nsca_cut_mark = "\xe2\x80\xa6 (cut: NSCA carries 4095 bytes)";

// What Nagios shall take for the output of a plugin, at most 4,095 bytes. Its first bar is that before the
// perfdata: in summary and details a bar becomes a broken bar (U+00A6). What is too long loses its details
// first, then the last values of its perfdata, then the end of its summary, and shows nsca_cut_mark.
std::string nsca_output(const PassiveResult& result);

// `invalid_input` for a name that the packet cannot carry: empty, too long (it would be cut, and be another
// one's name), or with a `;` or a control byte, which would break out of the command.
Expected<void> check_nsca_names(const PassiveResult& result);

// What goes into the field of the return code: of a service 0 to 3, of a host 0 or 1.
int nsca_state(const PassiveResult& result);

}  // namespace muster::bridge
