// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"

namespace muster::nrpe {

// The packets that check_nrpe and nrpe exchange: one query, one response, then the connection ends. As nrpe
// 4.1.0 has them in include/common.h.in, and as they were captured (tests/data/nrpe_packets.jsonl). Integers
// are big endian; the CRC is over the whole packet, with zeros in its own place.
//
//   v2, 1036 bytes   u16 version | u16 kind | u32 crc | u16 result | 1024 of buffer | 2 of anything
//   v3, 19 + n       u16 version | u16 kind | u32 crc | u16 result | u16 zero | u32 n | n of buffer | 3 zeros
//   v4, 16 + n       as v3, without the zeros at the end
//
// Pure: no socket, no clock; any thread.

enum class Version : std::uint16_t { v2 = 2, v3 = 3, v4 = 4 };

enum class Kind : std::uint16_t { query = 1, response = 2 };

inline constexpr std::size_t shortest_start = 10;      // what all versions begin with: up to the result
inline constexpr std::size_t v2_buffer = 1024;         // always as long, filled with zeros
inline constexpr std::size_t largest_buffer = 65'536;  // of v3 and v4; check_nrpe and nrpe refuse more
inline constexpr std::size_t largest_packet = 19 + largest_buffer;

struct Packet {
  Version version = Version::v4;
  Kind kind = Kind::query;
  std::uint16_t result = 0;          // of a response 0 to 3; of a query anything
  std::string buffer;                // all of it: text, its NUL, what is behind
  std::array<char, 2> filler{0, 0};  // behind the buffer of v2; nrpe has random bytes there
};

// How many bytes are needed to know more of the packet that starts like this: `shortest_start`, then perhaps
// the 16 that tell its length, then all of it. No more than `start` has: it is all there. Fails with
// `invalid_input` if no packet starts so, and if its buffer is empty or too large.
Expected<std::size_t> bytes_needed(std::string_view start);

// Fails with `invalid_input` unless `bytes` is one whole packet with a right CRC. encode() gives the same
// bytes.
Expected<Packet> decode(std::string_view bytes);

// A buffer that is too long for its version is cut. The result has at most `largest_packet` bytes.
std::string encode(const Packet& packet);

// What the buffer says: up to its first NUL.
std::string_view text_of(const Packet& packet);

// A question as check_nrpe asks it, "check" or "check!argument!argument". Fails with `invalid_input` if the
// version cannot carry the text, or if a NUL would cut it.
Expected<Packet> make_query(Version version, std::string_view text);

// The answer to a query, in the query's version. The text ends at its first NUL, and is cut at a whole
// character where the version ends: after 1023 bytes in v2, after 65535 in v3 and v4.
Packet make_response(const Packet& query, CheckState state, std::string_view text);

}  // namespace muster::nrpe
