// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "checkagent/plugin_runner.hpp"

namespace muster::checkagent {

// The file into which a program writes what it has to say, and how much of that anybody takes.
struct WatchedFile {
  std::filesystem::path path;
  std::uintmax_t most_bytes = 0;
};

// Runs the program of an agent and writes what it prints to the log. Nothing comes back if it was stopped,
// with its process group, because the file grew beyond what is taken: otherwise it would write on until the
// disk is full or its time is over. As run_plugin(), only to be called on the thread that lives longest.
//
// Not by RLIMIT_FSIZE: that limit would be handed down to whatever the agent starts, such as a dump that is
// meant to be large, or a daemon that it restarts.
boost::asio::awaitable<std::optional<ProgramRun>> run_external(
    std::string agent, PluginCommand command, WatchedFile reply);

}  // namespace muster::checkagent
