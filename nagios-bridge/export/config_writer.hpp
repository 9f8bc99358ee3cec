// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "nagios-bridge/export/definitions.hpp"

namespace muster::bridge {

// Paths below the folder that is included, and what stands there.
using ExportFiles = std::map<std::string, std::string>;

// For `cfg_dir=FOLDER` of nagios.cfg: muster.cfg (templates, what a stale result is), muster-groups.cfg, and
// nodes/NODE.cfg for each node. Nothing that came from a node can be more than one name or one title in it.
ExportFiles nagios_files(const Definitions& definitions, const ExportRules& rules);

// For `include_recursive "FOLDER"` of icinga2.conf: the same as .conf.
ExportFiles icinga_files(const Definitions& definitions, const ExportRules& rules);

}  // namespace muster::bridge
