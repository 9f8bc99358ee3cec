// SPDX-License-Identifier: Apache-2.0
//
// nagios-bridge: feeds every check result of the fleet to Nagios and Icinga as passive checks, and loses
// none.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <unistd.h>

#include "nagios-bridge/command_options.hpp"
#include "nagios-bridge/daemon.hpp"
#include "nagios-bridge/offline_tasks.hpp"
#include "nagios-bridge/settings.hpp"

namespace {

using namespace muster;

constexpr int exit_failure = 70;
constexpr int exit_io = 74;             // a full disk: systemd tries again
constexpr int exit_configuration = 78;  // it does not

int run(const bridge::CommandOptions& options)
{
  const auto settings = bridge::read_settings(options.config);
  if (!settings) {
    for (const auto& error : settings.error()) {
      std::fprintf(stderr, "nagios-bridge: %s\n", error.message.c_str());
    }
    return exit_configuration;
  }
  if (options.task != bridge::CommandOptions::Task::feed) {
    return bridge::run_offline(options, *settings);
  }
  auto daemon = bridge::Daemon::make(*settings);
  const auto ended = daemon ? (*daemon)->run() : tl::make_unexpected(daemon.error());
  if (!ended) {
    std::fprintf(stderr, "nagios-bridge: %s\n", ended.error().message.c_str());
    return ended.error().code == ErrorCode::io_failure ? exit_io : exit_configuration;
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
  int status = exit_failure;
  try {
    const auto options = bridge::parse_command_options(argc, argv);
    status = options.exit_status ? *options.exit_status : run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nagios-bridge: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(status);  // not exit(): Paho's destructors would wait for its threads
}
