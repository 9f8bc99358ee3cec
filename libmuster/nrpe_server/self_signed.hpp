// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/error.hpp"

namespace muster::nrpe_server {

struct SelfSigned {
  std::string certificate;  // PEM
  std::string key;          // PEM; a secret: it stays in memory
};

// A certificate that nobody has signed, with a new EC P-256 key. It keeps listeners away from the line and
// proves nothing; check_nrpe takes any as long as it is not given an authority. `common_name` has 1 to 64
// characters. Fails with OpenSSL's reason.
Expected<SelfSigned> make_self_signed(
    const std::string& common_name, std::chrono::system_clock::time_point now);

}  // namespace muster::nrpe_server
