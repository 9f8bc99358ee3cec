// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "checkagent/facts_source.hpp"
#include "checkagent/settings.hpp"

namespace muster::checkagent {

// Facter with many custom facts takes seconds, never minutes.
inline constexpr std::chrono::milliseconds facter_deadline{30'000};

// Puppet's own first: it knows the site's custom facts.
inline const std::vector<std::filesystem::path> usual_facter_folders{
    "/opt/puppetlabs/bin", "/usr/bin", "/usr/local/bin"};

// The result is empty when facter is never asked. It looks for the program each time: one that is installed
// later is found without a restart. Asked only if it is there, a missing one has no facts and is no failure.
// Its process group is killed at the deadline.
FactsSource::Facter make_facter(
    const FacterChoice& choice,
    std::chrono::milliseconds deadline = facter_deadline,
    const std::vector<std::filesystem::path>& folders = usual_facter_folders);

}  // namespace muster::checkagent
