// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/watch/painted_line.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::cli {

// What was typed behind `/`: words with an operator of -F, and regular expressions of classes, are for the
// collector, as -W takes them; the others are looked for in what the screen shows of a row, ignoring case,
// and all must be there.
struct TypedFilter {
  std::string combined;            // for the collector; empty: nothing
  std::vector<std::string> words;  // in lower case
};

TypedFilter read_typed_filter(std::string_view typed);

// One line of the list.
struct WatchRow {
  std::string
      key;  // node and check, with a line feed between; no check: a node that is not up. Empty: a title
  PaintedLine line;
};

struct WatchList {
  std::vector<WatchRow> rows;
  std::size_t shown = 0;  // problems and nodes
  std::size_t known = 0;  // of them altogether
};

// How the list is wanted.
struct ListWish {
  std::vector<std::string> words;  // of the filter
  bool only_open = false;          // what nobody looks after
  std::size_t group = 0;           // so many nodes with the same trouble are told once; 0: never
  std::size_t columns = 80;
  std::chrono::sys_time<std::chrono::milliseconds> now;  // by which ages are told
};

// The problems and the nodes that are not up, of what a collector told, the worst first. Every text may come
// from a node and is made safe. Pure.
WatchList watch_list(const protocol::json::object& told, const ListWish& wish);

// "1 node not up, 2 CRITICAL, 1 WARNING; 41 checks OK; nodes: 12 up, 1 gone, 0 stopped"
PaintedLine watch_headline(const protocol::json::object& told);

}  // namespace muster::cli
