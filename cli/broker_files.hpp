// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace muster::cli {

inline constexpr std::uint16_t default_tls_port = 8883;

struct BrokerSettings {
  std::filesystem::path folder;  // where ca.pem, server.pem, server.key and acl lie on the broker's machine
  std::string listen_address;    // empty: every address
  std::uint16_t port = default_tls_port;
};

// What a caller may do at the broker besides asking.
struct CallerRights {
  bool forget = true;    // clear the presence of a node that is gone
  bool results = false;  // read every check result, as a collector or a bridge does
};

// The configuration of a mosquitto 2 broker for Muster, as text; fits into /etc/mosquitto/conf.d.
std::string mosquitto_conf(const BrokerSettings& settings);

// What every member may do: a node or service publishes only under its own name (docs/protocol.md).
std::string acl_for_members();

// The rights of one operator, a block to append to the ACL file.
std::string acl_for_caller(std::string_view caller, CallerRights rights);

// Does this ACL file have a block for the caller already?
bool acl_names(std::string_view acl, std::string_view caller);

}  // namespace muster::cli
