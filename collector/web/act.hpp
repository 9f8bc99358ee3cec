// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "libmuster/protocol/json.hpp"

namespace muster::collector::web {

// What a visitor whose token is known does to the collector, as its audit log tells it: in the words in which
// `mco` would ask for the same.
struct Act {
  enum class Stage { begins, done, failed, refused };

  Stage stage = Stage::begins;
  std::string id;  // the same for the beginning and the end of one
  std::string caller;
  std::string action;  // of the agent `collector`
  protocol::json::object data;
  std::string message;   // why it failed or was refused; every text in here is a stranger's
  protocol::Time began;  // by the clock of the request
};

// Takes each beginning before it is done, and what came of it. Empty: nobody keeps it.
using Record = std::function<void(const Act&)>;

}  // namespace muster::collector::web
