// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe/crc32.hpp"

#include <array>

namespace muster::nrpe {

namespace {

constexpr std::uint32_t polynomial = 0xEDB88320U;
constexpr std::uint32_t all_ones = 0xFFFFFFFFU;

constexpr std::uint32_t remainder_of(std::uint32_t byte)
{
  for (int bit = 0; bit < 8; ++bit) {
    byte = (byte & 1U) != 0 ? (byte >> 1U) ^ polynomial : byte >> 1U;
  }
  return byte;
}

constexpr std::array<std::uint32_t, 256> make_table()
{
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = remainder_of(byte);
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> table = make_table();

}  // namespace

std::uint32_t crc32(std::string_view bytes) noexcept
{
  std::uint32_t crc = all_ones;
  for (const char byte : bytes) {
    crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (crc >> 8U);
  }
  return crc ^ all_ones;
}

}  // namespace muster::nrpe
