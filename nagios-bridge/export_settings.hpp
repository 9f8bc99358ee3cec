// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/runtime/settings_reader.hpp"
#include "nagios-bridge/export/definitions.hpp"

namespace muster::bridge {

// `export:` of the configuration. What is wrong is complained about.
//
//   export:
//     facts: [country, environment]    # hostgroups; without it, every announced fact that is a text
//     classes: true                    # hostgroups of classes as well
//     every: 5m                        # how often checks run that the mapping gives no lifetime
//     host_template: linux-server      # of the site; ours take from it what they do not say
//     service_template: generic-service
//     also: {check_backup: [/^db/]}    # checks that schedules give a name (`as`), and their nodes
ExportRules read_export_rules(runtime::SettingsReader reader, runtime::Complaints& complaints);

}  // namespace muster::bridge
