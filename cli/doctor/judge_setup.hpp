// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "cli/doctor/finding.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/runtime/certificate_file.hpp"

namespace muster::cli::doctor {

// A certificate that ends sooner than this is worth a warning: somebody has to make a new one.
inline constexpr std::chrono::days certificate_ends_soon{30};

// What this machine can tell without a broker. All pure: what was read comes with its error.

Findings judge_configuration(const client::ExpectedOrErrors<client::ClientSettings>& settings);

// `key` is the caller whose key was read.
Finding judge_key(const client::ClientSettings& settings, const Expected<std::string>& key);

struct TlsFacts {
  Expected<runtime::Certificate> certificate;
  std::vector<Error> unreadable;  // of the other files
};

Finding judge_certificate(
    const client::ClientSettings& settings, const TlsFacts& facts, std::chrono::system_clock::time_point now);

// `most` is how many files this process may have open.
Finding judge_descriptors(std::uint64_t most);

}  // namespace muster::cli::doctor
