// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "libmuster/client/client_settings.hpp"

namespace muster::cli {

struct NodeAddOptions {
  std::string name;                             // the node's name; becomes the certificate's CN
  std::optional<std::filesystem::path> ca_dir;  // --ca-dir; default as `mco ca init`
  std::optional<std::filesystem::path> out;     // --out; default nodes/NAME in the authority's folder
  std::optional<std::string> ssh;               // --ssh HOST: install the files there, too
  bool json = false;                            // --json
};

// `mco node add NAME`: makes the node's key, certificate, checkagent.yaml and the callers it trusts; prints
// what to copy or pipes them to ssh. Returns the exit code; nothing that exists is overwritten.
int node_add(
    const NodeAddOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err);

}  // namespace muster::cli
