// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "collector/board/board.hpp"

namespace muster::collector::web {

// What pages are told so that they know when to look again: which nodes and checks have changed, never what
// became of them. Gathers what happens between two tellings, so that a storm is one line. Pure.
class LiveFeed {
public:
  static constexpr std::size_t most_named = 100;  // more is "many": every page looks again

  void take(const StoredEvent& event);

  // A server-sent event, once for what came since the last call; nothing if nothing came:
  //   event: change
  //   data: {"changes":[["web1","check_load"]],"many":false}
  std::optional<std::string> news();

private:
  std::set<std::pair<std::string, std::string>> changes_;
  bool many_ = false;
};

}  // namespace muster::collector::web
