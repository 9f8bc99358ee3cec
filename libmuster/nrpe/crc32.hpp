// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace muster::nrpe {

// The CRC-32 of zlib, Ethernet and NRPE: reflected polynomial 0xEDB88320, all ones before and after. It finds
// accidents, not intent.
std::uint32_t crc32(std::string_view bytes) noexcept;

}  // namespace muster::nrpe
