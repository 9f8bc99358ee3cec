// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/machine.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// The distribution, from /etc/os-release and /etc/debian_version: os.*, osfamily, operatingsystem,
// operatingsystemrelease, operatingsystemmajrelease, architecture, hardwaremodel, lsbdist*.
void add_os_facts(const Machine& machine, Facts& facts);

}  // namespace muster::checkagent
