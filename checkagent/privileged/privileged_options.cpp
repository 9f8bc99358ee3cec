// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged/privileged_options.hpp"

#include <cstdio>
#include <string_view>

namespace muster::checkagent {

namespace {

constexpr int exit_usage = 64;

constexpr const char* usage =
    "Usage: muster-privileged [OPTIONS]\n"
    "Does as root the few things to packages, services and Puppet that checkagent asks for. Started by\n"
    "muster-privileged.socket with one connection as standard input.\n\n"
    "  --config FILE    the configuration (default /etc/muster/privileged.yaml, which may be missing)\n"
    "  --listen PATH    make the socket and serve every connection, where no systemd does it\n"
    "  --check-config   read the configuration, tell what is wrong, end\n"
    "  --version        print the version\n"
    "  -h, --help       print this\n";

PrivilegedOptions ended(int status)
{
  PrivilegedOptions options;
  options.exit_status = status;
  return options;
}

}  // namespace

PrivilegedOptions parse_privileged_options(int argc, char** argv)
{
  PrivilegedOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "-h" || argument == "--help") {
      std::fputs(usage, stdout);
      return ended(0);
    }
    if (argument == "--version") {
      std::puts(MUSTER_VERSION);
      return ended(0);
    }
    if (argument == "--check-config") {
      options.check_config = true;
    } else if (argument == "--config" && i + 1 < argc) {
      options.config = argv[++i];
    } else if (argument == "--listen" && i + 1 < argc) {
      options.listen = argv[++i];
    } else {
      std::fprintf(stderr, "muster-privileged: unknown or incomplete option %s\n%s", argv[i], usage);
      return ended(exit_usage);
    }
  }
  return options;
}

}  // namespace muster::checkagent
