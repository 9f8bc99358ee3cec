// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "libmuster/error.hpp"
#include "nagios-bridge/nsca/nsca_packet.hpp"

namespace muster::bridge {

// How the packets of one connection are hidden, by the numbers of nsca.cfg's `decryption_method`. NSCA's own
// ciphers are those of libmcrypt, which has had no release since 2007 and is not used here. Two of them
// OpenSSL has as well, in the same mode (8-bit cipher feedback, one stream for the whole connection, the
// password with zeros behind it as the key, the beginning of the daemon's 128 bytes as the IV):
//
//   0  none         readable by everybody on the way
//   1  XOR          the same, for whoever knows of it; the daemon's default
//   3  3DES         for daemons that are set to it
//   14 AES-256      (RIJNDAEL-128): the one to choose
//
// None of them tells us whether the daemon could read what we sent.
class NscaCipher {
public:
  virtual ~NscaCipher() = default;

  // Of one whole packet, in its place. In the order in which they are sent.
  virtual void encrypt(std::span<char> packet) = 0;
};

// `invalid_input` for a method that is none of these, with what to do instead.
Expected<void> check_nsca_method(std::uint64_t method);

// Fails as check_nsca_method does, or with `io_failure` if OpenSSL does not have it.
Expected<std::unique_ptr<NscaCipher>> make_nsca_cipher(
    std::uint64_t method, std::string_view password, const NscaGreeting& greeting);

}  // namespace muster::bridge
