// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/machine.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// Facts under Facter's names, old (kernel, osfamily, memorysize_mb, ipaddress) and new (os.family,
// memory.system.total_bytes, networking.ip). Reads a dozen small files and never fails: what cannot be read
// is absent.
Facts builtin_facts(const Machine& machine);

}  // namespace muster::checkagent
