// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/command_options.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "nagios-bridge/settings.hpp"

namespace muster::bridge {

namespace {

constexpr int exit_usage = 64;

constexpr const char* usage =
    "Usage: nagios-bridge [OPTIONS]\n"
    "       nagios-bridge [OPTIONS] status [--json]\n"
    "       nagios-bridge [OPTIONS] dead-letters [--json | --forget | --retry]\n"
    "       nagios-bridge [OPTIONS] export nagios|icinga2 [-o DIR] [--diff]\n"
    "Feeds every check result of the fleet to Nagios and Icinga, and loses none.\n\n"
    "  status           what waits, how fast it goes, what each monitor says\n"
    "  dead-letters     results that a monitor did not take, and results that are missing for good\n"
    "    --retry        tell the monitors the last result of each again\n"
    "    --forget       take them all off the list\n"
    "  export           hosts and services of the fleet, for the configuration of the monitor\n"
    "    -o DIR         write them there, as far as they change\n"
    "    --diff         print what would change; exit status 1 if anything would\n"
    "  --json           print an object\n"
    "  --config FILE    the configuration (default /etc/muster/nagios-bridge.yaml)\n"
    "  --check-config   say what is wrong with the configuration, and end\n"
    "  --version        print the version\n"
    "  -h, --help       print this\n\n"
    "SIGTERM ends it. The configuration is read at the start: systemctl restart nagios-bridge loses "
    "nothing.\n";

int print(const char* text)
{
  std::fputs(text, stdout);
  return EXIT_SUCCESS;
}

int complain(std::string_view word)
{
  std::fprintf(
      stderr,
      "nagios-bridge: unknown or incomplete option %.*s\n%s",
      static_cast<int>(word.size()),
      word.data(),
      usage);
  return exit_usage;
}

// Words that stand alone. False: it is none of them.
bool take_word(std::string_view word, CommandOptions& options)
{
  using Task = CommandOptions::Task;
  using Letters = CommandOptions::Letters;
  if (word == "status" && options.task == Task::feed) {
    options.task = Task::status;
  } else if (word == "dead-letters" && options.task == Task::feed) {
    options.task = Task::dead_letters;
  } else if (word == "--check-config") {
    options.task = Task::check_config;
  } else if (word == "--json" && (options.task == Task::status || options.task == Task::dead_letters)) {
    options.json = true;
  } else if (word == "--forget" && options.task == Task::dead_letters) {
    options.letters = Letters::forget;
  } else if (word == "--retry" && options.task == Task::dead_letters) {
    options.letters = Letters::retry;
  } else {
    return false;
  }
  return true;
}

// All that follows is about the export.
void take_export(const std::vector<std::string_view>& words, CommandOptions& options)
{
  const auto command = parse_export_command(words);
  if (!command) {
    std::fprintf(stderr, "nagios-bridge: %s\n%s", command.error().message.c_str(), usage);
    options.exit_status = exit_usage;
    return;
  }
  options.task = CommandOptions::Task::export_fleet;
  options.fleet = *command;
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
    } else if (word == "--config" && i + 1 < argc) {
      options.config = argv[++i];
    } else if (word == "export" && options.task == CommandOptions::Task::feed) {
      take_export({argv + i + 1, argv + argc}, options);
      break;
    } else if (!take_word(word, options)) {
      options.exit_status = complain(word);
    }
  }
  return options;
}

}  // namespace muster::bridge
