// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "collector/notify/receiver.hpp"
#include "collector/store/store.hpp"

namespace muster::collector {

// One event that one receiver is to be told of. A plain value.
struct Notice {
  std::int64_t id = 0;  // no other notice ever has it
  Time queued;
  StoredEvent event;
};

// Whether a node is meant by the filter of a receiver.
using NodeIsMeant = std::function<bool(const std::string& node)>;

// Whether people are to be told of an event at all (collector/state/event.hpp), and this receiver of this
// one. An event about many nodes is wanted if one of them is meant.
bool wants(const Receiver& receiver, const StoredEvent& event, const NodeIsMeant& is_meant);

// How bad it is: the state of a check; a node that is lost counts as CRITICAL, one that is back as OK.
// Nothing: it is neither.
std::optional<CheckState> state_of(const StoredEvent& event);

// As it waits in the store: JSON, with all that is told of it.
std::string encode(const StoredEvent& event);
// invalid_input: it is damaged.
Expected<StoredEvent> parse_event(std::string_view text);

}  // namespace muster::collector
