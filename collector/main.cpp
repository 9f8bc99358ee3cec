// SPDX-License-Identifier: Apache-2.0
//
// collector: takes in every check result of the fleet, and keeps what became of it.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <unistd.h>

#include "collector/command_options.hpp"
#include "collector/daemon.hpp"
#include "collector/offline_tasks.hpp"
#include "collector/settings.hpp"

namespace {

using namespace muster;

constexpr int exit_failure = 70;
constexpr int exit_configuration = 78;

int run(const collector::CommandOptions& options)
{
  const auto settings = collector::read_settings(options.config);
  if (!settings) {
    for (const auto& error : settings.error()) {
      std::fprintf(stderr, "collector: %s\n", error.message.c_str());
    }
    return exit_configuration;
  }
  if (options.task != collector::CommandOptions::Task::collect) {
    return collector::run_offline(options, *settings);
  }
  auto daemon = collector::Daemon::make(*settings);
  const auto ended = daemon ? (*daemon)->run() : tl::make_unexpected(daemon.error());
  if (!ended) {
    std::fprintf(stderr, "collector: %s\n", ended.error().message.c_str());
    return exit_configuration;
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
  int status = exit_failure;
  try {
    const auto options = collector::parse_command_options(argc, argv);
    status = options.exit_status ? *options.exit_status : run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(status);  // not exit(): Paho's destructors would wait for its threads
}
