// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libmuster/runtime/settings_reader.hpp"
#include "nagios-bridge/nrpe/nrpe_door.hpp"

namespace muster::bridge {

// `nrpe_listeners` of nagios-bridge.yaml; none if it is not there. `identity` is for certificates that are
// made. Relative paths start at `folder`, that of the configuration.
std::vector<NrpeDoorSettings> read_nrpe_listeners(
    runtime::SettingsReader& reader,
    runtime::Complaints& complaints,
    const std::filesystem::path& folder,
    const std::string& identity);

}  // namespace muster::bridge
