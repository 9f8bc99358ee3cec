// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_packet.hpp"

#include <algorithm>
#include <random>

#include <boost/endian/conversion.hpp>

#include "libmuster/nrpe/crc32.hpp"

namespace muster::bridge {

namespace {

namespace endian = boost::endian;

constexpr std::int16_t version = 3;
constexpr std::size_t crc_at = 4;
constexpr std::size_t time_at = 8;
constexpr std::size_t state_at = 12;
constexpr std::size_t host_at = 14;
constexpr std::size_t service_at = 78;
constexpr std::size_t output_at = 206;
constexpr std::size_t output_end = output_at + 4096;

unsigned char* at(char* packet, std::size_t offset)
{
  return reinterpret_cast<unsigned char*>(packet + offset);
}

void fill(char* packet, std::uint32_t noise)
{
  constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::minstd_rand generator{noise};
  std::generate_n(packet, nsca_packet_size, [&] { return letters[generator() % letters.size()]; });
}

void put(char* packet, std::size_t begin, std::size_t end, std::string_view text)
{
  const auto size = std::min(text.size(), end - begin - 1);
  std::copy_n(text.begin(), size, packet + begin);
  packet[begin + size] = '\0';
}

}  // namespace

NscaGreeting parse_nsca_greeting(const std::array<char, nsca_greeting_size>& bytes)
{
  NscaGreeting greeting;
  std::copy_n(bytes.begin(), nsca_iv_size, greeting.iv.begin());
  greeting.time = endian::load_big_u32(reinterpret_cast<const unsigned char*>(bytes.data() + nsca_iv_size));
  return greeting;
}

void append_nsca_packet(
    std::string& bytes, const NscaMessage& message, std::uint32_t time, std::uint32_t noise)
{
  const auto begin = bytes.size();
  bytes.resize(begin + nsca_packet_size);
  char* packet = bytes.data() + begin;
  fill(packet, noise);
  endian::store_big_s16(at(packet, 0), version);
  endian::store_big_u32(at(packet, crc_at), 0);
  endian::store_big_u32(at(packet, time_at), time);
  endian::store_big_s16(at(packet, state_at), static_cast<std::int16_t>(message.state));
  put(packet, host_at, service_at, message.host);
  put(packet, service_at, output_at, message.service);
  put(packet, output_at, output_end, message.output);
  endian::store_big_u32(at(packet, crc_at), nrpe::crc32({packet, nsca_packet_size}));
}

}  // namespace muster::bridge
