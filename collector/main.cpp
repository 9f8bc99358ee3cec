// SPDX-License-Identifier: Apache-2.0
//
// collector: takes in every check result of the fleet, and keeps what became of it.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string_view>
#include <unistd.h>

#include "collector/daemon.hpp"
#include "collector/settings.hpp"

namespace {

using namespace muster;

constexpr int exit_usage = 64;
constexpr int exit_failure = 70;
constexpr int exit_configuration = 78;

constexpr const char* usage =
    "Usage: collector [OPTIONS]\n"
    "Takes in every check result of the fleet, and keeps what became of it.\n\n"
    "  --config FILE    the configuration (default /etc/muster/collector.yaml)\n"
    "  --version        print the version\n"
    "  -h, --help       print this\n";

int run(const std::filesystem::path& config)
{
  const auto settings = collector::read_settings(config);
  if (!settings) {
    for (const auto& error : settings.error()) {
      std::fprintf(stderr, "collector: %s\n", error.message.c_str());
    }
    return exit_configuration;
  }
  auto daemon = collector::Daemon::make(*settings);
  const auto ended = daemon ? (*daemon)->run() : tl::make_unexpected(daemon.error());
  if (!ended) {
    std::fprintf(stderr, "collector: %s\n", ended.error().message.c_str());
    return exit_configuration;
  }
  return EXIT_SUCCESS;
}

int run(int argc, char** argv)
{
  std::filesystem::path config{collector::default_settings_file};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "-h" || argument == "--help") {
      std::fputs(usage, stdout);
      return EXIT_SUCCESS;
    }
    if (argument == "--version") {
      std::puts(MUSTER_VERSION);
      return EXIT_SUCCESS;
    }
    if (argument == "--config" && i + 1 < argc) {
      config = argv[++i];
    } else {
      std::fprintf(stderr, "collector: unknown or incomplete option %s\n%s", argv[i], usage);
      return exit_usage;
    }
  }
  return run(config);
}

}  // namespace

int main(int argc, char** argv)
{
  int status = exit_failure;
  try {
    status = run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(status);  // not exit(): Paho's destructors would wait for its threads
}
