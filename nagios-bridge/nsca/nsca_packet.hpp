// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::bridge {

// What goes over the wire of NSCA, as 2.9 to 2.10.3 have it (include/common.h: init_packet, data_packet with
// the padding that a C compiler puts into it). All numbers big endian. Pure.
//
//   the daemon, at once:   char iv[128] | u32 time of its clock
//   we, for each result:   s16 version=3 | 2 pad | u32 crc | u32 that time again | s16 return code |
//                          char host[64] | char service[128] | char output[4096] | 2 pad
//
// The CRC-32 (that of zlib) is over the whole packet with zeros in its own place, and then all of it is
// encrypted. Nothing ever comes back.
inline constexpr std::size_t nsca_iv_size = 128;
inline constexpr std::size_t nsca_greeting_size = nsca_iv_size + 4;
inline constexpr std::size_t nsca_packet_size = 4304;

struct NscaGreeting {
  std::array<char, nsca_iv_size> iv{};
  std::uint32_t time = 0;  // seconds since 1970; a packet has to repeat it
};

NscaGreeting parse_nsca_greeting(const std::array<char, nsca_greeting_size>& bytes);

// Texts that are too long for their fields are cut: render/nsca_text.hpp makes such as are not.
struct NscaMessage {
  int state = 0;
  std::string_view host;
  std::string_view service;  // empty: the host itself
  std::string_view output;
};

// Appends one packet, not encrypted yet. What the texts leave free is filled with letters and digits made of
// `noise`, as send_nsca does it: with zeros there, XOR would show the password.
void append_nsca_packet(
    std::string& bytes, const NscaMessage& message, std::uint32_t time, std::uint32_t noise);

}  // namespace muster::bridge
