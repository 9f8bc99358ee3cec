// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/digest.hpp"

#include <array>
#include <openssl/evp.h>
#include <span>

#include <fmt/format.h>

namespace muster::runtime {

std::string md5(std::string_view text)
{
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_md5(), nullptr) != 1) {
    return {};
  }
  std::string digits;
  for (const auto byte : std::span{bytes}.first(size)) {
    digits += fmt::format("{:02x}", byte);
  }
  return digits;
}

}  // namespace muster::runtime
