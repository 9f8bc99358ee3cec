// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "checkagent/findings.hpp"
#include "checkagent/nrpe_config_files.hpp"
#include "checkagent/settings.hpp"

namespace muster::checkagent {

// A certificate that ends sooner than this is worth a warning: somebody has to make a new one.
inline constexpr std::chrono::days certificate_ends_soon{30};

// What of --self-test and --check-config this machine can tell without a broker.

// The files that the settings name, and how many checks there are.
void try_configuration(
    const std::filesystem::path& file,
    const Settings& settings,
    const NrpeConfigFiles::Reading& checks,
    Findings& findings);

// Whether the files of `tls` can be read, whose certificate it is and how long it is valid.
Finding judge_tls_files(const Settings& settings, std::chrono::system_clock::time_point now);

// Who may ask this node.
void try_callers(const Settings& settings, Findings& findings);

// Whether the policies can be used, and the audit log be written.
void try_policies(const Settings& settings, Findings& findings);

// `state` is what adjtimex(2) returns.
Finding judge_clock(int state);
void try_clock(Findings& findings);

// Whether the account that plugins run as can execute the program of every check. Forks.
void try_plugins(const CommandTable& table, Findings& findings);

}  // namespace muster::checkagent
