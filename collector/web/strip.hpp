// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "collector/board/board.hpp"
#include "collector/web/html.hpp"

namespace muster::collector::web {

// One bar of a heartbeat strip: the worst that was during its time, so that a short outage is not lost in a
// long strip. Nothing: it is not known.
struct Beat {
  Time from;
  Time until;
  std::optional<CheckState> worst;
};

// `count` beats of the same length from `from` to `until`.
std::vector<Beat> beats_of(const std::vector<StripPart>& parts, Time from, Time until, std::size_t count);

// The beats as an SVG. On its own it is a picture (an <img>); in a page its bars tell their times.
Html strip_picture(const std::vector<Beat>& beats);
Html strip_in_page(const std::vector<Beat>& beats);

// How long it was OK of the time in which it is known, in per mille; nothing: it never is.
std::optional<int> ok_per_mille(const std::vector<StripPart>& parts);

}  // namespace muster::collector::web
