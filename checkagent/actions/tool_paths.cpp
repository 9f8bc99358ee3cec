// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/tool_paths.hpp"

#include <array>
#include <system_error>
#include <unistd.h>

namespace muster::checkagent::actions {

namespace {

// The last one is where Puppet's own packages have it.
constexpr std::array<const char*, 5> folders{"/usr/bin", "/bin", "/usr/sbin", "/sbin", "/opt/puppetlabs/bin"};

std::filesystem::path find(const char* name)
{
  for (const std::filesystem::path folder : folders) {
    auto path = folder / name;
    if (::access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  return {};
}

}  // namespace

ToolPaths installed_tools()
{
  ToolPaths tools;
  tools.apt_get = find("apt-get");
  tools.apt_cache = find("apt-cache");
  tools.dpkg_query = find("dpkg-query");
  tools.dnf = find("dnf");
  tools.rpm = find("rpm");
  tools.systemctl = find("systemctl");
  tools.puppet = find("puppet");
  return tools;
}

}  // namespace muster::checkagent::actions
