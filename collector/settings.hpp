// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libmuster/error.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/connection_settings.hpp"

namespace muster::collector {

inline constexpr std::string_view default_settings_file = "/etc/muster/collector.yaml";

// collector.yaml, checked.
struct Settings {
  std::string identity;  // collector@mon1: the name in its certificate, and of its key
  runtime::ConnectionSettings connection;
  std::filesystem::path key;  // the Ed25519 key that signs; default keys/IDENTITY.key beside the file
  std::filesystem::path state_dir = "/var/lib/muster/collector";
  bool topic_dots_as_underscores = false;
};

// Everything that is wrong, each error as "FILE:LINE:COLUMN: what was expected".
template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

ExpectedOrErrors<Settings> parse_settings(const std::filesystem::path& file, std::string_view text);
ExpectedOrErrors<Settings> read_settings(const std::filesystem::path& file);

// Fails with `denied` if the key is missing, readable for others, or not that of the identity.
Expected<protocol::SecretKey> read_key(const Settings& settings);

}  // namespace muster::collector
