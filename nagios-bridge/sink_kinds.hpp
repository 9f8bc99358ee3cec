// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

struct SinkKind {
  std::string_view name;  // `kind:` in the configuration
  ReadSink read;
};

// None: there is no such kind.
const SinkKind* find_sink_kind(std::string_view name);

// "file, nagios, icinga", for messages.
std::string all_sink_kinds();

}  // namespace muster::bridge
