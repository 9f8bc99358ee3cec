// SPDX-License-Identifier: Apache-2.0
#include "checkagent/machine.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <ifaddrs.h>
#include <iterator>
#include <memory>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/utsname.h>

namespace muster::checkagent {

namespace {

// The kernel hands out one generic structure whose real type its family names; copying is the lawful way to
// read it.
template <typename Address>
Address address_as(const sockaddr* generic)
{
  Address address{};
  std::memcpy(&address, generic, sizeof address);
  return address;
}

std::string ipv4_text(const sockaddr* generic)
{
  const auto address = address_as<sockaddr_in>(generic);
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string ipv6_text(const sockaddr* generic)
{
  const auto address = address_as<sockaddr_in6>(generic);
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string mac_text(const sockaddr* generic)
{
  constexpr std::string_view digits = "0123456789abcdef";
  const auto address = address_as<sockaddr_ll>(generic);
  if (address.sll_hatype != ARPHRD_ETHER || address.sll_halen != 6) {
    return {};
  }
  std::string text;
  for (std::size_t i = 0; i < 6; ++i) {
    const unsigned byte = address.sll_addr[i];
    text += i == 0 ? "" : ":";
    text += digits[byte >> 4U];
    text += digits[byte & 0xfU];
  }
  return text;
}

bool is_link_local(const std::string& ip6)
{
  return ip6.compare(0, 4, "fe80") == 0;
}

void add_address(const ifaddrs& entry, NetworkInterface& interface)
{
  switch (entry.ifa_addr->sa_family) {
  case AF_PACKET:
    interface.mac = mac_text(entry.ifa_addr);
    break;
  case AF_INET:
    if (interface.ip.empty()) {
      interface.ip = ipv4_text(entry.ifa_addr);
      interface.netmask = entry.ifa_netmask == nullptr ? "" : ipv4_text(entry.ifa_netmask);
    }
    break;
  case AF_INET6:
    if (interface.ip6.empty() || is_link_local(interface.ip6)) {
      interface.ip6 = ipv6_text(entry.ifa_addr);
    }
    break;
  default:
    break;
  }
}

std::vector<NetworkInterface> read_interfaces()
{
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{first, &::freeifaddrs};
  std::vector<NetworkInterface> interfaces;
  for (const auto* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) {
      continue;
    }
    auto known = std::find_if(interfaces.begin(), interfaces.end(), [&](const auto& interface) {
      return interface.name == entry->ifa_name;
    });
    if (known == interfaces.end()) {
      if (interfaces.size() == Machine::max_interfaces) {
        break;
      }
      interfaces.push_back({entry->ifa_name, {}, {}, {}, {}});
      known = std::prev(interfaces.end());
    }
    add_address(*entry, *known);
  }
  return interfaces;
}

std::string read_timezone()
{
  const auto now = std::time(nullptr);
  std::tm local{};
  std::array<char, 64> text{};
  if (::localtime_r(&now, &local) == nullptr) {
    return {};
  }
  return {text.data(), std::strftime(text.data(), text.size(), "%Z", &local)};
}

}  // namespace

Machine this_machine()
{
  Machine machine;
  machine.name = read_host_name();
  utsname names{};
  if (::uname(&names) == 0) {
    machine.kernel = &names.sysname[0];
    machine.kernel_release = &names.release[0];
    machine.hardware = &names.machine[0];
  }
  machine.timezone = read_timezone();
  machine.interfaces = read_interfaces();
  return machine;
}

}  // namespace muster::checkagent
