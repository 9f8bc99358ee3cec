// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_cipher.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "nagios-bridge/nsca/openssl_cipher.hpp"

namespace muster::bridge {

namespace {

constexpr std::uint64_t none = 0;
constexpr std::uint64_t simple_xor = 1;
constexpr std::uint64_t triple_des = 3;
constexpr std::uint64_t aes = 14;

// By the numbers of include/common.h; empty: not in use there.
constexpr std::array<std::string_view, 27> names{
    "none",
    "XOR",
    "DES",
    "3DES",
    "CAST-128",
    "CAST-256",
    "xTEA",
    "3-WAY",
    "Blowfish",
    "Twofish",
    "LOKI97",
    "RC2",
    "RC4",
    "",
    "RIJNDAEL-128",
    "RIJNDAEL-192",
    "RIJNDAEL-256",
    "",
    "",
    "WAKE",
    "Serpent",
    "",
    "Enigma",
    "GOST",
    "SAFER-sk64",
    "SAFER-sk128",
    "SAFER+"};

class Plain final : public NscaCipher {
public:
  void encrypt(std::span<char> /*packet*/) override {}
};

// Each packet begins anew, with the IV and with the password.
class Xor final : public NscaCipher {
public:
  Xor(std::string_view password, const NscaGreeting& greeting) : password_{password}, iv_{greeting.iv} {}

  void encrypt(std::span<char> packet) override
  {
    for (std::size_t i = 0; i < packet.size(); ++i) {
      packet[i] = static_cast<char>(packet[i] ^ iv_.at(i % iv_.size()));
      if (!password_.empty()) {
        packet[i] = static_cast<char>(packet[i] ^ password_[i % password_.size()]);
      }
    }
  }

private:
  std::string password_;
  std::array<char, nsca_iv_size> iv_;
};

}  // namespace

Expected<void> check_nsca_method(std::uint64_t method)
{
  if (method == none || method == simple_xor || method == triple_des || method == aes) {
    return {};
  }
  const auto name = method < names.size() ? names.at(method) : std::string_view{};
  return failure(
      ErrorCode::invalid_input,
      fmt::format(
          "{} is not among the methods that work here, 0 (none), 1 (XOR), 3 (3DES) and 14 (AES-256): it "
          "needs "
          "libmcrypt, which nobody maintains; set decryption_method=14 in nsca.cfg, and 14 here",
          name.empty() ? std::to_string(method) : fmt::format("{} ({})", method, name)));
}

Expected<std::unique_ptr<NscaCipher>> make_nsca_cipher(
    std::uint64_t method, std::string_view password, const NscaGreeting& greeting)
{
  if (auto known = check_nsca_method(method); !known) {
    return tl::unexpected{known.error()};
  }
  if (method == none) {
    return std::make_unique<Plain>();
  }
  if (method == simple_xor) {
    return std::make_unique<Xor>(password, greeting);
  }
  const std::string_view iv{greeting.iv.data(), greeting.iv.size()};
  return make_openssl_cipher(
      method == aes ? OpensslCipher::aes_256 : OpensslCipher::triple_des, password, iv);
}

}  // namespace muster::bridge
