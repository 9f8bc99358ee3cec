// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "checkagent/host_name.hpp"

namespace muster::checkagent {

// One network interface with its first addresses, as text; what it does not have is empty.
struct NetworkInterface {
  std::string name;  // "eth0"
  std::string mac;
  std::string ip;  // IPv4
  std::string netmask;
  std::string ip6;  // IPv6 without its scope, a global one before a link-local one
};

// A machine as its facts are read from: what the kernel tells by calls, and where its files are.
struct Machine {
  static constexpr std::size_t max_interfaces = 128;  // a container host has one per container

  std::filesystem::path root = "/";  // above /proc, /sys, /etc and /run
  HostName name;
  std::string kernel;          // as uname -s: "Linux"
  std::string kernel_release;  // as uname -r: "6.1.0-18-amd64"
  std::string hardware;        // as uname -m: "x86_64"
  std::string timezone;        // "CET"
  std::vector<NetworkInterface> interfaces;
};

Machine this_machine();

}  // namespace muster::checkagent
