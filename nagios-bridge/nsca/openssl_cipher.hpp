// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "nagios-bridge/nsca/nsca_cipher.hpp"

namespace muster::bridge {

enum class OpensslCipher { triple_des, aes_256 };

// One stream of 8-bit cipher feedback: the adapter of OpenSSL for NSCA. The key is the password, cut or
// filled up with zeros; of `iv` the first bytes are taken, of which there must be 16. `io_failure` if OpenSSL
// does not have the cipher.
Expected<std::unique_ptr<NscaCipher>> make_openssl_cipher(
    OpensslCipher cipher, std::string_view password, std::string_view iv);

}  // namespace muster::bridge
