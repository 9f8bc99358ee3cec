// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/error.hpp"
#include "libmuster/runtime/settings_reader.hpp"
#include "nagios-bridge/sinks/feed.hpp"
#include "nagios-bridge/sinks/sink.hpp"

namespace muster::bridge {

// What a sink is made with.
struct SinkPlace {
  boost::asio::any_io_executor executor;
  Feed& feed;                       // its own; outlives it
  std::string name;                 // among the sinks of this bridge, for logs
  std::filesystem::path state_dir;  // of the bridge; files of its own go into a folder of its name there
};

// Settings that were read, as what makes the sink of them. Fails for what no time can mend: a key that cannot
// be read.
using MakeSink = std::function<Expected<std::unique_ptr<Sink>>(const SinkPlace&)>;

// Reads one map of `sinks:`, and complains of it; its keys `kind` and `name` are known already, and unknown
// ones are complained of behind it. Relative paths start at `folder`, that of the configuration. Each kind
// has one such function, which nagios-bridge/sink_kinds.cpp lists.
using ReadSink = MakeSink (*)(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
