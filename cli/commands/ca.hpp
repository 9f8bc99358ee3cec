// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "cli/broker_files.hpp"
#include "libmuster/client/client_settings.hpp"

namespace muster::cli {

struct CaInitOptions {
  std::optional<std::filesystem::path>
      dir;  // --dir; default: /etc/muster/ca for root, else ~/.config/muster/ca
  std::vector<std::string>
      brokers;  // --broker, repeated: host names and addresses of the broker; default: this host
  std::uint16_t port = default_tls_port;  // --port
  std::string listen_address;             // --listen; default: every address
  std::vector<std::string> operators;     // --operator, repeated: callers that get rights in the acl at once
  bool json = false;                      // --json
};

// `mco ca init`: makes the authority's folder (cli/authority_folder.hpp) and says what to do with it. Returns
// the exit code; nothing that exists is overwritten.
int ca_init(
    const CaInitOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err);

}  // namespace muster::cli
