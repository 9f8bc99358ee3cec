// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nagios-bridge/export/export_command.hpp"
#include "nagios-bridge/settings.hpp"

namespace muster::bridge {

// What an export for this monitor needs of the bridge's configuration: its own name and key ask, and the
// names are those of the first sink of that kind, or without one those of all sinks.
ExportSettings export_settings(const Settings& settings, Monitor monitor);

}  // namespace muster::bridge
