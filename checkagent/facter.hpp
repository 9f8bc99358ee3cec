// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "checkagent/facts_source.hpp"

namespace muster::checkagent {

// Facter with many custom facts takes seconds, never minutes.
inline constexpr std::chrono::milliseconds facter_deadline{30'000};

// `program` as Settings::facter has it: a path, "facter" for the first that exists of its usual places, or
// empty. The result is empty when facter is not wanted; its process group is killed at the deadline.
FactsSource::Facter make_facter(
    const std::filesystem::path& program, std::chrono::milliseconds deadline = facter_deadline);

}  // namespace muster::checkagent
