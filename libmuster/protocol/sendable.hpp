// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/protocol/json.hpp"

namespace muster::protocol {

// Texts that are cut keep at least so many bytes: shorter ones say little any more, and a message of so many
// of them is a list that should have come in pages.
inline constexpr std::size_t shortest_cut = 64;

// Makes `object` one that every reader of this protocol accepts: valid UTF-8, no numbers that JSON does not
// have, and within the limits of json.hpp; what is left out is told by a visible mark. Then cuts its longest
// strings, each with a mark, until the text is no longer than `most` bytes. Names (of nodes, checks,
// requests) are never cut. False: it is still longer, because there is too much else in it.
[[nodiscard]] bool make_sendable(json::object& object, std::size_t most);

// As JSON reads it on the other side: valid UTF-8 of at most `longest` bytes, cut with a visible mark.
std::string sendable_text(std::string_view text, std::size_t longest);

}  // namespace muster::protocol
