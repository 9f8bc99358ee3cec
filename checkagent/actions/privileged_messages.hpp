// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "checkagent/actions/action.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// What checkagent and muster-privileged say to each other: one line of JSON each way per connection.
//   {"agent": "service", "action": "restart", "inputs": {"service": "cron"}, "deadline_ms": 9500}
//   {"status": 0, "message": "OK", "data": {"status": "running", …}}
// deadline_ms counts from receipt.

inline constexpr std::string_view default_privileged_socket = "/run/muster/privileged.sock";

inline constexpr std::size_t largest_privileged_request = std::size_t{16} * 1024;  // inputs are short words
inline constexpr std::size_t largest_privileged_reply = std::size_t{100} * 1024;   // fits into one answer
inline constexpr std::chrono::hours longest_deadline{24};

struct PrivilegedRequest {
  std::string agent;
  std::string action;
  json::object inputs;
  std::chrono::milliseconds deadline{0};
};

// With the line feed.
std::string encode(const PrivilegedRequest& request);
std::string encode(const Outcome& outcome);

// `line` without the line feed. Fails with invalid_input.
Expected<PrivilegedRequest> parse_privileged_request(std::string_view line);
Expected<Outcome> parse_privileged_reply(std::string_view line);

}  // namespace muster::checkagent::actions
