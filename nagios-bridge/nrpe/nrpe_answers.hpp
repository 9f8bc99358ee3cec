// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/nrpe_server/connection.hpp"

namespace muster::bridge {

// What clients of NRPE are told. Pure.

// What check_nrpe asks when it is given no command: who is there.
inline constexpr std::string_view who_is_there = "_NRPE_CHECK";

// It starts as the answer of nrpe does, which scripts look for, and says who it really is.
inline constexpr std::string_view own_name = "NRPE v4 spoken by Muster nagios-bridge " MUSTER_VERSION;

// A check as its plugin printed it: summary, performance data, and long output below.
nrpe_server::Reply reply_with(const CheckResult& result);

// UNKNOWN, and why.
nrpe_server::Reply reply_without_result(const std::string& why);

}  // namespace muster::bridge
