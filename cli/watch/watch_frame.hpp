// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/output_options.hpp"
#include "cli/watch/status_polling.hpp"
#include "cli/watch/watch_view.hpp"

namespace muster::cli {

// All that a screen shows. What is told is the collector's, and hostile.
struct WatchPicture {
  WatchView view;
  std::string collector;                            // that is asked; empty: not known
  const protocol::json::object* told = nullptr;     // its last status; null: it has told nothing yet
  std::optional<WallClock> told_at;                 // when it last said that it is so
  std::optional<StatusPolling::Silence> silence;    // why what it told is old
  std::string complaint;                            // about the filter
  const protocol::json::object* details = nullptr;  // its history of the selected check; null: has not come
  WallClock now;
  OutputOptions options;   // columns of the terminal among them
  std::size_t lines = 24;  // of the terminal
};

struct WatchFrame {
  std::vector<std::string> lines;  // as many as the terminal has, at most; none is wider than it
  WatchGround ground;              // what keys move in
};

// The screen of `mco watch`. What is old looks so: a notice says since when and why, ages stand still, and
// there are no colours. Pure.
WatchFrame watch_frame(const WatchPicture& picture);

}  // namespace muster::cli
