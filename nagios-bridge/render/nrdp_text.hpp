// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// A result in the words of NRDP 2.0 (server/plugins/nagioscorepassivecheck of 2.0.6, read, not run). Its
// server writes a spool file for Nagios of each result; of the output it escapes line feeds only, so that a
// backslash has to be doubled here. It makes tabs blanks. Pure.
inline constexpr std::size_t max_nrdp_name = 1024;
inline constexpr std::size_t max_nrdp_summary = std::size_t{8} << 10U;
inline constexpr std::size_t max_nrdp_part = std::size_t{64} << 10U;  // what checkagent takes of a plugin

// One element of the list `checkresults`, as JSON. Without a time: servers that take one write it, unescaped,
// into a database of Nagios XI.
std::string nrdp_result(const PassiveResult& result);

// `invalid_input` for a name that would break out of its line in the spool file, is empty or too long.
Expected<void> check_nrdp_names(const PassiveResult& result);

}  // namespace muster::bridge
