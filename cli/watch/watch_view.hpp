// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/watch/keys.hpp"

namespace muster::cli {

// What the operator has chosen to see.
struct WatchView {
  std::string filter;                 // that holds
  std::optional<std::string> prompt;  // a filter that is being typed
  std::string selected;               // the key of a row of the list; empty: the first
  bool only_open = false;             // what nobody looks after
  bool grouped = true;                // the same trouble of several nodes is told once
  bool paused = false;
  bool help = false;
  bool details = false;      // of the selected row, in place of the list
  std::size_t scrolled = 0;  // lines of the details
};

// What a key asks for besides another view.
enum class Wish { nothing, quit, other_filter, pause };

// What there is to move in: the keys of the rows that can be chosen, in order, how many of them a page shows,
// and how far details can be scrolled.
struct WatchGround {
  std::vector<std::string> rows;
  std::size_t page = 1;
  std::size_t last_scroll = 0;
};

// Changes the view as the key says. Pure.
Wish press(WatchView& view, const Key& key, const WatchGround& ground);

// The place of the selected row; that of a row that has gone is the first.
std::size_t place_of(const WatchView& view, const std::vector<std::string>& rows);

}  // namespace muster::cli
