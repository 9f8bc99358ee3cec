// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/findings.hpp"
#include "checkagent/nrpe_config.hpp"
#include "checkagent/settings.hpp"

namespace muster::checkagent {

// Of --self-test and --check-config: whether an NRPE listener could serve anybody. Says nothing where it is
// off, and does not open its port, which the running checkagent has.
void try_listener(const Settings& settings, const CommandTable& table, Findings& findings);

}  // namespace muster::checkagent
