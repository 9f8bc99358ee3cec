// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libmuster/error.hpp"
#include "libmuster/runtime/connection_settings.hpp"

namespace muster::client {

// client.yaml, checked.
struct ClientSettings {
  std::filesystem::path file;  // where it was read from
  runtime::ConnectionSettings connection;
  std::string caller;         // alice@ops1
  std::filesystem::path key;  // the Ed25519 key that signs; default keys/CALLER.key beside the file
  std::string collective = "main";
  std::chrono::milliseconds wait{10'000};            // for the plugin; `-t` overrides it
  std::chrono::milliseconds connect_timeout{5'000};  // for one broker of the list
  std::string batch;  // "10" or "10%": what actions are called with that have no --batch; empty: no batches
  std::chrono::milliseconds batch_sleep{1'000};  // between two of them
  bool topic_dots_as_underscores = false;
};

// Everything that is wrong, each error as "FILE:LINE:COLUMN: what was expected".
template <typename T>
using ExpectedOrErrors = tl::expected<T, std::vector<Error>>;

// Looks a variable up in the environment; nothing when it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

// Where to look, best first: --config, $MUSTER_CONFIG (either of these alone, when given), then
// ~/.config/muster/client.yaml, /etc/muster/client.yaml. Works without HOME.
std::vector<std::filesystem::path> client_settings_candidates(
    const std::optional<std::filesystem::path>& given, const Environment& environment);

// `text` is the content of `file`. Relative paths in it start at the file's folder.
ExpectedOrErrors<ClientSettings> parse_client_settings(
    const std::filesystem::path& file, std::string_view text);

// Finds, reads and checks it. When there is none, the error names every place that was looked at.
ExpectedOrErrors<ClientSettings> read_client_settings(
    const std::optional<std::filesystem::path>& given, const Environment& environment);

}  // namespace muster::client
