// SPDX-License-Identifier: Apache-2.0
//
// check_mco: a Nagios plugin that asks the fleet.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <unistd.h>

#include "checks/check_mco/run_check.hpp"
#include "libmuster/fleet_check/arguments.hpp"
#include "libmuster/fleet_check/plugin_result.hpp"

namespace {

using namespace muster::fleet_check;

PluginResult run(std::vector<std::string> words)
{
  const auto started = std::chrono::steady_clock::now();
  const auto arguments = read_arguments(std::move(words));
  if (!arguments) {
    return failed("", arguments.error().message);
  }
  // UNKNOWN, as all plugins: a monitor that asks for the help by mistake must not be content.
  if (arguments->wanted == Arguments::Wanted::help) {
    return {muster::CheckState::unknown, help_text()};
  }
  if (arguments->wanted == Arguments::Wanted::version) {
    return {muster::CheckState::unknown, version_text()};
  }
  muster::check_mco::end_at_the_latest_after(arguments->timeout);
  return muster::check_mco::run_check(*arguments, started);
}

PluginResult run_and_catch(int argc, char** argv)
{
  try {
    return run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    return failed("", std::string{"this is a bug in check_mco, please report it: "} + error.what());
  }
}

}  // namespace

int main(int argc, char** argv)
{
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // a monitor that has gone away is no crash of ours
  const auto result = run_and_catch(argc, argv);
  const bool written = std::fwrite(result.text.data(), 1, result.text.size(), stdout) == result.text.size() &&
                       std::fflush(stdout) == 0;
  // Not exit(): Paho's destructors would wait for its threads, which have nothing left to do.
  ::_exit(static_cast<int>(written ? result.state : muster::CheckState::unknown));
}
