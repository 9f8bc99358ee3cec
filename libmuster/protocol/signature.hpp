// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::protocol {

// Ed25519 (RFC 8032) by libsodium. Keys are text files of one line each:
//   NAME.key   muster-ed25519-secret BASE64 NAME     (mode 0600)
//   NAME.pub   muster-ed25519 BASE64 NAME            (several lines while a key is being rotated)
// Empty lines and lines that begin with '#' are ignored.
using Signature = std::array<unsigned char, 64>;

struct PublicKey {
  std::array<unsigned char, 32> bytes{};
  std::string caller;
};

class SecretKey {
public:
  SecretKey(std::array<unsigned char, 64> bytes, std::string caller)
      : bytes_{bytes}, caller_{std::move(caller)}
  {}

  [[nodiscard]] const std::string& caller() const { return caller_; }

  [[nodiscard]] Signature sign(std::string_view message) const;
  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] std::string as_text() const;  // the line of NAME.key, with its line feed

private:
  std::array<unsigned char, 64> bytes_;
  std::string caller_;
};

SecretKey generate_secret_key(std::string caller);
Expected<SecretKey> parse_secret_key(std::string_view text);

// At most 64 keys; one bad line makes the whole text invalid, and the message names the line.
Expected<std::vector<PublicKey>> parse_public_keys(std::string_view text);
std::string as_text(const PublicKey& key);

bool is_signed_by(const PublicKey& key, std::string_view message, const Signature& signature);

// Base64 with padding (RFC 4648, section 4), by libsodium. There is one way only to write a signature:
// padded, and without bits beyond its end.
std::string to_base64(const unsigned char* bytes, std::size_t size);
// Nothing: it is no base64. At most as long as the largest message.
std::optional<std::string> bytes_from_base64(std::string_view text);
std::optional<Signature> signature_from_base64(std::string_view text);

// Random lower-case letters and digits, for the names of sessions, requests and instances.
std::string random_word(std::size_t length);

// Compares without telling by its duration how much of them is the same; only their lengths show.
bool same_secret(std::string_view left, std::string_view right);

// The callers whose requests a node believes. A caller may have several keys (rotation).
class KeyRing {
public:
  void add(PublicKey key);

  [[nodiscard]] bool knows(std::string_view caller) const;
  [[nodiscard]] bool verifies(
      std::string_view caller, std::string_view message, const Signature& signature) const;

  [[nodiscard]] std::size_t callers() const { return keys_.size(); }

private:
  std::map<std::string, std::vector<PublicKey>, std::less<>> keys_;
};

}  // namespace muster::protocol
