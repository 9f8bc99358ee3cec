// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/machine.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// processorcount, physicalprocessorcount, processors.{count,physicalcount,models,isa}, from /proc/cpuinfo.
void add_processor_facts(const Machine& machine, Facts& facts);

// memory.{system,swap}.*, memorysize[_mb], memoryfree[_mb], swapsize[_mb], swapfree[_mb], from /proc/meminfo.
void add_memory_facts(const Machine& machine, Facts& facts);

// virtual, is_virtual, manufacturer, productname, dmi.*, from /sys/class/dmi and what containers leave
// behind.
void add_platform_facts(const Machine& machine, Facts& facts);

// uptime[_seconds,_hours,_days], system_uptime.*, load_averages.*, from /proc.
void add_uptime_facts(const Machine& machine, Facts& facts);

}  // namespace muster::checkagent
