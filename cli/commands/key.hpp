// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "libmuster/client/client_settings.hpp"

namespace muster::cli {

struct KeyGenerateOptions {
  std::optional<std::string> name;              // the caller; default USER@HOST
  std::optional<std::filesystem::path> dir;     // --dir; default ~/.config/muster
  std::optional<std::filesystem::path> ca_dir;  // --ca-dir; default as `mco ca init`, when there is one
  bool may_forget = true;                       // may this caller use `mco node forget`? (--no-forget)
  bool json = false;                            // --json
  bool results = false;                         // may it read every check result? (--results)
};

// `mco key generate [NAME]`: makes the Ed25519 key that signs requests. With an authority at hand also the
// TLS certificate, the rights at the broker, and a client.yaml if there is none. Prints what to copy. Returns
// the exit code; nothing that exists is overwritten.
int key_generate(
    const KeyGenerateOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err);

}  // namespace muster::cli
