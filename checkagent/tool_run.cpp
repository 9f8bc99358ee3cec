// SPDX-License-Identifier: Apache-2.0
#include "checkagent/tool_run.hpp"

#include <utility>

#include "checkagent/plugin_runner.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// The tools that filters need print a line or two.
constexpr std::size_t output_limit = 4096;

// A tool ends this much before its answer is due, so that the node can still say so.
constexpr milliseconds time_to_answer{100};

PluginCommand plugin_command(ToolCommand command, milliseconds timeout)
{
  PluginCommand plugin;
  plugin.command_line = command.words.front();
  plugin.words = std::move(command.words);
  plugin.timeout = timeout;
  plugin.run_as = std::move(command.run_as);
  plugin.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"LC_ALL", "C"}};
  plugin.output_limit = output_limit;
  return plugin;
}

Expected<ToolOutput> output_of(const PluginRun& run)
{
  if (run.end == PluginEnd::timed_out) {
    return failure(ErrorCode::timed_out, run.reason);
  }
  if (run.end != PluginEnd::exited) {
    return failure(ErrorCode::not_found, run.reason);
  }
  const auto& output = run.output;
  return ToolOutput{
      run.exit_code, output.details.empty() ? output.summary : output.summary + "\n" + output.details};
}

}  // namespace

asio::awaitable<Expected<ToolOutput>> run_tool(RunQueue& queue, ToolCommand command)
{
  const auto latest_end = command.deadline - time_to_answer;
  const auto permit = co_await queue.enter(latest_end);
  if (!permit) {
    co_return tl::make_unexpected(permit.error());
  }
  const auto left = std::chrono::duration_cast<milliseconds>(latest_end - steady_clock::now());
  if (left <= milliseconds{0}) {
    co_return failure(ErrorCode::timed_out, "not run: no time was left before the deadline");
  }
  PluginCommand plugin = plugin_command(std::move(command), left);
  const PluginRun run = co_await run_plugin(std::move(plugin));
  co_return output_of(run);
}

}  // namespace muster::checkagent
