// SPDX-License-Identifier: Apache-2.0
//
// checkagent: runs the checks of this node when the fleet is asked.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>

#include "checkagent/check_command.hpp"
#include "checkagent/command_options.hpp"
#include "checkagent/daemon.hpp"
#include "checkagent/self_test.hpp"
#include "checkagent/settings.hpp"
#include "libmuster/runtime/log.hpp"

namespace {

using namespace muster;

constexpr int exit_failure = 70;
constexpr int exit_configuration = 78;

int run(const checkagent::CommandOptions& options)
{
  if (options.task == checkagent::CommandOptions::Task::self_test) {
    return checkagent::self_test(options.config);
  }
  auto settings = checkagent::read_settings(options.config);
  if (!settings) {
    for (const auto& error : settings.error()) {
      std::fprintf(stderr, "checkagent: %s\n", error.message.c_str());
    }
    return exit_configuration;
  }
  if (options.task == checkagent::CommandOptions::Task::check_config) {
    return checkagent::check_configuration(options.config, *settings);
  }
  runtime::log::set_level(checkagent::log_level_of(*settings));
  auto daemon = checkagent::Daemon::make(std::move(*settings));
  if (!daemon) {
    std::fprintf(stderr, "checkagent: %s\n", daemon.error().message.c_str());
    return exit_configuration;
  }
  (*daemon)->run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
  int status = exit_failure;
  try {
    static_cast<void>(checkagent::environment_at_start());  // before Paho changes it
    const auto options = checkagent::parse_command_options(argc, argv);
    status = options.exit_status ? *options.exit_status : run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "checkagent: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(status);  // not exit(): Paho's destructors would wait for its threads
}
