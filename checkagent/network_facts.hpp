// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/machine.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// hostname, domain, fqdn, networking.*, interfaces, ipaddress[_IF], ipaddress6[_IF], netmask[_IF],
// macaddress[_IF]. The primary interface is that of the default route, else the first with an address that is
// not loopback.
void add_network_facts(const Machine& machine, Facts& facts);

}  // namespace muster::checkagent
