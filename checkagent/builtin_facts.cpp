// SPDX-License-Identifier: Apache-2.0
#include "checkagent/builtin_facts.hpp"

#include "checkagent/hardware_facts.hpp"
#include "checkagent/machine_files.hpp"
#include "checkagent/network_facts.hpp"
#include "checkagent/os_facts.hpp"

namespace muster::checkagent {

namespace {

// "6.1.0-18-amd64" is release 6.1.0-18-amd64, version 6.1.0 and major version 6.1.
void add_kernel(const Machine& machine, Facts& facts)
{
  set_text(facts, "kernel", machine.kernel);
  set_text(facts, "kernelrelease", machine.kernel_release);
  const auto version =
      machine.kernel_release.substr(0, machine.kernel_release.find_first_not_of("0123456789."));
  set_text(facts, "kernelversion", version);
  const auto first_dot = version.find('.');
  const auto second_dot = first_dot == std::string::npos ? first_dot : version.find('.', first_dot + 1);
  set_text(facts, "kernelmajversion", version.substr(0, second_dot));
}

}  // namespace

Facts builtin_facts(const Machine& machine)
{
  Facts facts;
  add_kernel(machine, facts);
  add_os_facts(machine, facts);
  add_processor_facts(machine, facts);
  add_memory_facts(machine, facts);
  add_platform_facts(machine, facts);
  add_uptime_facts(machine, facts);
  add_network_facts(machine, facts);
  set_text(facts, "timezone", machine.timezone);
  return facts;
}

}  // namespace muster::checkagent
