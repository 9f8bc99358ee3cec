// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "checkagent/run_as.hpp"
#include "libmuster/model/check_state.hpp"
#include "libmuster/model/plugin_output.hpp"

namespace muster::checkagent {

// As much as nrpe delivers, and far more than anyone reads; the answer must fit into one message in any case.
inline constexpr std::size_t default_output_limit = std::size_t{64} * 1024;

struct PluginCommand {
  std::string command_line;        // macros expanded
  std::vector<std::string> words;  // if there are any: what is executed instead, as it stands
  std::chrono::milliseconds timeout{60'000};
  std::optional<RunAs> run_as;
  std::vector<std::pair<std::string, std::string>> environment;  // all that the plugin sees
  std::size_t output_limit = default_output_limit;               // bytes of standard output that are kept
  std::string folder = "/";                                      // the working directory
};

enum class PluginEnd {
  exited,
  signalled,
  timed_out,
  could_not_start,
};

// What one run gave. Its texts are valid UTF-8, but for `printed`.
struct PluginRun {
  CheckState state = CheckState::unknown;
  PluginOutput output;  // the summary always says what is known, also of a plugin that printed nothing
  PluginEnd end = PluginEnd::could_not_start;
  int exit_code = -1;  // of one that exited; the signal's number of one that was killed
  std::string reason;  // why the state is not the plugin's own word; empty if it is
  bool truncated = false;
  std::string printed;  // the standard output as it stands: any bytes, up to the limit
  std::chrono::system_clock::time_point started;
  std::chrono::milliseconds duration{0};
};

// Runs a plugin in a process group of its own and waits for it on the executor of the calling coroutine.
// Never fails: whatever goes wrong is an UNKNOWN with a reason. When the coroutine is cancelled or destroyed
// the group is killed. Must always be called on the same thread, which must outlive the plugins: the kernel
// kills a plugin when the thread that started it ends.
boost::asio::awaitable<PluginRun> run_plugin(PluginCommand command);

// What one run of a program gave that is no plugin: its exit status means what the program says, and its
// output is taken as it stands, whatever bytes it is.
struct ProgramRun {
  PluginEnd end = PluginEnd::could_not_start;
  int exit_code = -1;  // as in PluginRun
  std::string start_failure;
  std::string output;
  std::string errors;  // the first 4 KiB
};

// As run_plugin(), without its verdict.
boost::asio::awaitable<ProgramRun> run_program(PluginCommand command);

}  // namespace muster::checkagent
