// SPDX-License-Identifier: Apache-2.0
#include "checkagent/command_options.hpp"

#include <cstdio>
#include <cstring>

namespace muster::checkagent {

namespace {

constexpr int exit_usage = 64;

constexpr const char* usage =
    "Usage: checkagent [OPTIONS]\n"
    "Runs the checks of this node when the fleet is asked.\n\n"
    "  --config FILE    the configuration (default /etc/muster/checkagent.yaml)\n"
    "  --check-config   read the configuration and all that it names, tell what is wrong, end\n"
    "  --self-test      also connect and try what a node needs: one line each, with the fix\n"
    "  --version        print the version\n"
    "  -h, --help       print this\n";

CommandOptions ended(int status)
{
  CommandOptions options;
  options.exit_status = status;
  return options;
}

bool is(const char* argument, const char* name)
{
  return std::strcmp(argument, name) == 0;
}

}  // namespace

// Four options are not worth a library that costs every node half a megabyte.
CommandOptions parse_command_options(int argc, char** argv)
{
  CommandOptions options;
  for (int i = 1; i < argc; ++i) {
    const char* argument = argv[i];
    if (is(argument, "-h") || is(argument, "--help")) {
      std::fputs(usage, stdout);
      return ended(0);
    }
    if (is(argument, "--version")) {
      std::puts(MUSTER_VERSION);
      return ended(0);
    }
    if (is(argument, "--check-config")) {
      options.task = CommandOptions::Task::check_config;
    } else if (is(argument, "--self-test")) {
      options.task = CommandOptions::Task::self_test;
    } else if (is(argument, "--config") && i + 1 < argc) {
      options.config = argv[++i];
    } else {
      std::fprintf(stderr, "checkagent: unknown or incomplete option %s\n%s", argument, usage);
      return ended(exit_usage);
    }
  }
  return options;
}

runtime::log::Level log_level_of(const Settings& settings)
{
  switch (settings.log_level) {
  case LogLevel::debug:
    return runtime::log::Level::debug;
  case LogLevel::info:
    return runtime::log::Level::info;
  case LogLevel::warning:
    return runtime::log::Level::warning;
  case LogLevel::error:
    break;
  }
  return runtime::log::Level::error;
}

}  // namespace muster::checkagent
