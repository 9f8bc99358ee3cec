// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/node/request_gate.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::node {

// The lines of the audit log (docs/authorization.md has their members). Each is one JSON object of plain
// ASCII without a line feed, so that it can be shown on a terminal. Pure.

// Of a request's data and filter, each: more is cut, with a visible mark.
inline constexpr std::size_t most_audited_bytes = 2048;

std::string accepted_line(const std::string& node, const protocol::Request& request, protocol::Time now);

// `request` is null if the signature does not hold: then nothing of the body has been read.
std::string refused_line(
    const std::string& node, const Refused& refused, const protocol::Request* request, protocol::Time now);

// `header` is null if it cannot be read.
std::string dropped_line(
    const std::string& node, std::string_view why, const protocol::SealedRequest* header, protocol::Time now);

std::string outcome_line(
    const std::string& node, const protocol::Request& request, const protocol::Answer& answer);

}  // namespace muster::node
