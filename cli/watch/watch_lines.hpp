// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/watch/status_polling.hpp"

namespace muster::cli {

// What `mco watch --json` prints: a line with the whole status for each change, one when the collector has
// fallen silent, and the status again when it is back. docs/json/watch.schema.json. Pure; safe on a terminal.
class WatchLines {
public:
  // The line that is due now, closed with a line feed; nothing if there is nothing new.
  std::string next(const StatusPolling& polling, Moment now);

private:
  std::uint64_t version_ = 0;  // that was printed last
  bool silent_ = false;
};

}  // namespace muster::cli
