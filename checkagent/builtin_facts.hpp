// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "checkagent/host_name.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// One address of one network interface; addresses as text.
struct InterfaceAddress {
  std::string interface;  // "eth0"
  std::string mac;        // empty when it has none
  std::string ip;         // IPv4, may be empty
  std::string netmask;
  std::string ip6;  // IPv6 without its scope, may be empty
};

// What the kernel tells by calls rather than by files.
struct Machine {
  std::filesystem::path root = "/";  // where /proc, /sys and /etc are looked for
  HostName name;
  std::string kernel;          // uname: "Linux"
  std::string kernel_release;  // "6.1.0-18-amd64"
  std::string hardware;        // "x86_64"
  std::string timezone;        // "CET"
  std::vector<InterfaceAddress> addresses;
};

Machine this_machine();

// Facts under Facter's names, old (kernel, osfamily, memorysize_mb, ipaddress) and new (os.family,
// memory.system.total_bytes, networking.ip). Reads a dozen small files and never fails: what cannot be read
// is absent.
Facts builtin_facts(const Machine& machine);

}  // namespace muster::checkagent
