// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "libmuster/runtime/log_line.hpp"

namespace muster::runtime::log {

// A program's log: standard error, one line for each call whatever `text` holds (log_line.hpp). Where
// standard error is the journal, lines carry its priority; elsewhere a time and the level. Any thread. A log
// that cannot be written is lost: there is nobody left to tell.
void debug(std::string_view text);
void info(std::string_view text);
void warning(std::string_view text);
void error(std::string_view text);

// What is below `least` is not written. The default is Level::info.
void set_level(Level least);

}  // namespace muster::runtime::log
