// SPDX-License-Identifier: Apache-2.0
#include "collector/command_options.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "collector/settings.hpp"

namespace muster::collector {

namespace {

constexpr int exit_usage = 64;

constexpr const char* usage =
    "Usage: collector [OPTIONS]\n"
    "       collector [OPTIONS] backup DIR\n"
    "       collector [OPTIONS] restore DIR\n"
    "Takes in every check result of the fleet, and keeps what became of it.\n\n"
    "  backup DIR       copy what is stored into the new folder DIR, while the collector runs\n"
    "  restore DIR      bring it back to where nothing is stored, before the collector starts\n"
    "  --config FILE    the configuration (default /etc/muster/collector.yaml)\n"
    "  --check-config   say what is wrong with the configuration, and end\n"
    "  --replay FILE    run recorded results through the states of the configuration, and print the events\n"
    "  --tell RECEIVER  send a test to a receiver of notifications, and say whether it arrived\n"
    "  --version        print the version\n"
    "  -h, --help       print this\n";

int print(const char* text)
{
  std::fputs(text, stdout);
  return EXIT_SUCCESS;
}

int complain(std::string_view word)
{
  std::fprintf(
      stderr,
      "collector: unknown or incomplete option %.*s\n%s",
      static_cast<int>(word.size()),
      word.data(),
      usage);
  return exit_usage;
}

}  // namespace

CommandOptions parse_command_options(int argc, const char* const* argv)
{
  CommandOptions options;
  options.config = default_settings_file;
  for (int i = 1; i < argc && !options.exit_status; ++i) {
    const std::string_view word = argv[i];
    if (word == "-h" || word == "--help") {
      options.exit_status = print(usage);
    } else if (word == "--version") {
      options.exit_status = print(MUSTER_VERSION "\n");
    } else if (word == "--check-config") {
      options.task = CommandOptions::Task::check_config;
    } else if (word == "--replay" && i + 1 < argc) {
      options.task = CommandOptions::Task::replay;
      options.recorded = argv[++i];
    } else if (word == "--tell" && i + 1 < argc) {
      options.task = CommandOptions::Task::tell;
      options.receiver = argv[++i];
    } else if (word == "backup" && i + 1 < argc) {
      options.task = CommandOptions::Task::backup;
      options.backup = argv[++i];
    } else if (word == "restore" && i + 1 < argc) {
      options.task = CommandOptions::Task::restore;
      options.backup = argv[++i];
    } else if (word == "--config" && i + 1 < argc) {
      options.config = argv[++i];
    } else {
      options.exit_status = complain(word);
    }
  }
  return options;
}

}  // namespace muster::collector
