// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/pki.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/error.hpp"

namespace muster::cli {

// The folder that `mco ca init` makes, on the one machine that gives out certificates:
//   ca.key (0600), ca.pem     the authority
//   brokers                   the URLs that clients and nodes are told, one a line
//   broker/                   what the broker's machine needs: mosquitto.conf, acl, ca.pem, server.pem,
//   server.key operators/NAME.pub        the public keys that every new node is told to trust nodes/NAME/
//   what `mco node add NAME` made
struct AuthorityFolder {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path key() const { return root / "ca.key"; }

  [[nodiscard]] std::filesystem::path certificate() const { return root / "ca.pem"; }

  [[nodiscard]] std::filesystem::path brokers() const { return root / "brokers"; }

  [[nodiscard]] std::filesystem::path broker() const { return root / "broker"; }

  [[nodiscard]] std::filesystem::path acl() const { return broker() / "acl"; }

  [[nodiscard]] std::filesystem::path operators() const { return root / "operators"; }

  [[nodiscard]] std::filesystem::path nodes() const { return root / "nodes"; }
};

// What the folder holds, read.
struct Authority {
  AuthorityFolder folder;
  CertificateAuthority certificates;
  std::string certificate_pem;
  std::vector<std::string> broker_urls;
};

// Where the files of this user lie: ~/.config/muster; nothing without a HOME.
std::optional<std::filesystem::path> user_folder(const client::Environment& environment);

// Where `mco ca init` puts the folder if not told: /etc/muster/ca for root, else `ca` in the user's folder.
Expected<std::filesystem::path> default_authority_folder(const client::Environment& environment);

Expected<Authority> open_authority(const std::filesystem::path& root);

}  // namespace muster::cli
