// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "collector/state/state_engine.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// How the state machines are stored: each value as one JSON object in one line. What is read may be damaged
// or of a stranger: then it is invalid_input, with the path to what is wrong. Members that are not known are
// left alone, so that an older collector reads what a newer one wrote. Pure; any thread.

// A flexible downtime of a filter that has begun for each of 100,000 nodes with the longest of names.
inline constexpr std::size_t largest_stored = std::size_t{32} * 1024 * 1024;
// Of what a node announces about itself: a stored attribute, its name or its value.
inline constexpr std::size_t longest_attribute = 4096;
// Of a comment, a filter, and the like: what one request can carry.
inline constexpr std::size_t longest_stored_text = std::size_t{128} * 1024;

std::string encode(const KnownService& service);
Expected<KnownService> parse_known_service(std::string_view text);

std::string encode(const KnownNode& node);
Expected<KnownNode> parse_known_node(std::string_view text);

// Without the predicate: whoever reads it makes that from `filter`.
std::string encode(const Downtime& downtime);
Expected<Downtime> parse_downtime(std::string_view text);

std::string encode(const Acknowledgement& acknowledgement);
Expected<Acknowledgement> parse_acknowledgement(std::string_view text);

std::string encode(const MassLoss::Held& held);
Expected<MassLoss::Held> parse_held(std::string_view text);

}  // namespace muster::collector
