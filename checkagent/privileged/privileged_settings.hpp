// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include <tl/expected.hpp>

#include "checkagent/actions/privileged_actions.hpp"
#include "checkagent/actions/tool_paths.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

inline constexpr std::string_view default_privileged_settings = "/etc/muster/privileged.yaml";

// privileged.yaml, checked. It may be missing: every key has a default.
struct PrivilegedSettings {
  std::string user = "nagios";  // checkagent's; who may ask, besides root
  std::chrono::milliseconds delay_of_own_change{3000};
  actions::PrivilegedActions::Options actions;
};

template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

// Pure but for what it is given; `installed` are the tools that this machine has.
ExpectedOrErrors<PrivilegedSettings> parse_privileged_settings(
    const std::string& file, std::string_view text, actions::ToolPaths installed);

// Refuses, as root, a file that somebody else may write: it names programs that root runs.
ExpectedOrErrors<PrivilegedSettings> read_privileged_settings(const std::filesystem::path& file);

// The number of a user; not_found for an unknown one.
Expected<uid_t> user_number(const std::string& name);

}  // namespace muster::checkagent
