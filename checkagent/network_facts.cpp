// SPDX-License-Identifier: Apache-2.0
#include "checkagent/network_facts.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "checkagent/machine_files.hpp"

namespace muster::checkagent {

namespace {

// /proc/net/route: interface, destination, gateway … in hexadecimal; the default route goes to 00000000.
std::string default_interface(const Machine& machine)
{
  std::istringstream lines{file_of(machine, "proc/net/route")};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string interface;
    std::string destination;
    if (words >> interface >> destination && destination == "00000000") {
      return interface;
    }
  }
  return {};
}

const NetworkInterface* primary_of(const Machine& machine)
{
  const auto& all = machine.interfaces;
  const auto wanted = default_interface(machine);
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == wanted; });
  if (found == all.end()) {
    found = std::find_if(
        all.begin(), all.end(), [](const auto& one) { return !one.ip.empty() && one.name != "lo"; });
  }
  return found == all.end() ? nullptr : &*found;
}

void add_addresses(const NetworkInterface& interface, FactValue::Map& map)
{
  set_text(map, "ip", interface.ip);
  set_text(map, "ip6", interface.ip6);
  set_text(map, "mac", interface.mac);
  set_text(map, "netmask", interface.netmask);
}

// Facter's old names end in the interface, with everything but letters and digits as "_".
std::string old_suffix(const std::string& interface)
{
  std::string suffix = "_" + interface;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::replace_if(
      suffix.begin(), suffix.end(), [&](char c) { return !is_plain(c); }, '_');
  return suffix;
}

void add_old_names(const NetworkInterface& interface, const std::string& suffix, Facts& facts)
{
  set_text(facts, "ipaddress" + suffix, interface.ip);
  set_text(facts, "ipaddress6" + suffix, interface.ip6);
  set_text(facts, "macaddress" + suffix, interface.mac);
  set_text(facts, "netmask" + suffix, interface.netmask);
}

}  // namespace

void add_network_facts(const Machine& machine, Facts& facts)
{
  FactValue::Map networking;
  set_text(networking, "hostname", machine.name.host);
  set_text(networking, "domain", machine.name.domain);
  set_text(networking, "fqdn", machine.name.full());
  set_text(facts, "hostname", machine.name.host);
  set_text(facts, "domain", machine.name.domain);
  set_text(facts, "fqdn", machine.name.full());

  FactValue::Map interfaces;
  std::string names;
  for (const auto& interface : machine.interfaces) {
    FactValue::Map addresses;
    add_addresses(interface, addresses);
    interfaces.insert_or_assign(interface.name, FactValue{std::move(addresses)});
    add_old_names(interface, old_suffix(interface.name), facts);
    names += (names.empty() ? "" : ",") + interface.name;
  }
  networking.insert_or_assign("interfaces", FactValue{std::move(interfaces)});
  set_text(facts, "interfaces", names);
  if (const auto* primary = primary_of(machine)) {
    networking.insert_or_assign("primary", text_fact(primary->name));
    add_addresses(*primary, networking);
    add_old_names(*primary, "", facts);
  }
  facts.set("networking", {std::move(networking)});
}

}  // namespace muster::checkagent
