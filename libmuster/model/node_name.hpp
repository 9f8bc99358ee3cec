// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace muster {

// All of these stand as one level in a topic and as a file name, so none may hold '/', '+', '#', a blank or a
// control character, or be "." or "..".
inline constexpr std::size_t max_node_name_length = 253;       // of a DNS name
inline constexpr std::size_t max_caller_name_length = 253;     // as for a node: both are broker user names
inline constexpr std::size_t max_collective_name_length = 64;  // a word that people type

// A lower-case host name: [a-z0-9.-]{1,253}. Nodes only; the '@' of services and callers keeps them out.
bool is_node_name(std::string_view text) noexcept;

// The name of the key that signed, "alice@ops1": [A-Za-z0-9._-]+@[A-Za-z0-9._-]+. Never a node's name.
bool is_caller_name(std::string_view text) noexcept;

// A service that takes part, "collector@mon1": the same grammar as a caller's.
bool is_service_name(std::string_view text) noexcept;

// A collector, "collector@HOST": its requests are its schedules, and it may do nothing else unless a policy
// says so. A key gets that name where the authority is, and a node trusts it under no other.
bool is_collector_name(std::string_view text) noexcept;

// The bridge to other monitoring, "nagios-bridge@HOST": it reads the flight recorder, and runs checks for
// those who ask it as they ask NRPE; what holds for a collector holds for it, too.
bool is_bridge_name(std::string_view text) noexcept;

// [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}
bool is_collective_name(std::string_view text) noexcept;

}  // namespace muster
