// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe/packet.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/utf8.hpp"
#include "libmuster/nrpe/crc32.hpp"

namespace muster::nrpe {

namespace {

constexpr std::size_t crc_at = 4;
constexpr std::size_t crc_bytes = 4;
constexpr std::size_t zero_at = 10;         // of v3 and v4, where nrpe's compiler left two bytes free
constexpr std::size_t length_at = 12;       // of v3 and v4
constexpr std::size_t long_start = 16;      // of v3 and v4: up to the buffer
constexpr std::size_t v3_trailer = 3;       // nrpe 3 sent the padding of its struct, too
constexpr std::size_t v2_filler = 2;        // and the same of v2
constexpr std::size_t padded_query = 1036;  // check_nrpe makes every query at least as long as v2's

std::uint32_t read_integer(std::string_view bytes, std::size_t at, std::size_t size)
{
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, size)) {
    number = (number << 8U) | static_cast<unsigned char>(byte);
  }
  return number;
}

void append_integer(std::string& bytes, std::uint32_t number, std::size_t size)
{
  for (auto shift = static_cast<std::uint32_t>(size) * 8U; shift > 0; shift -= 8U) {
    bytes += static_cast<char>((number >> (shift - 8U)) & 0xFFU);
  }
}

std::size_t trailer_of(Version version)
{
  return version == Version::v2 ? v2_filler : version == Version::v3 ? v3_trailer : 0;
}

std::size_t start_of(Version version)
{
  return version == Version::v2 ? shortest_start : long_start;
}

Expected<Version> version_of(std::string_view start)
{
  const auto number = read_integer(start, 0, 2);
  if (number < 2 || number > 4) {
    return failure(
        ErrorCode::invalid_input, "packet version " + std::to_string(number) + ", expected 2, 3 or 4");
  }
  return static_cast<Version>(number);
}

Expected<std::size_t> length_of_buffer(std::string_view start)
{
  const std::size_t length = read_integer(start, length_at, 4);
  if (length == 0 || length > largest_buffer) {
    return failure(
        ErrorCode::invalid_input,
        "a buffer of " + std::to_string(length) + " bytes, expected 1 to " + std::to_string(largest_buffer));
  }
  return length;
}

// The bytes with zeros in place of the CRC.
std::uint32_t crc_of(std::string bytes)
{
  std::fill_n(bytes.begin() + crc_at, crc_bytes, '\0');
  return crc32(bytes);
}

// Of a whole packet: what must be as it is, whatever it says.
Expected<void> check_frame(std::string_view bytes, Version version)
{
  if (read_integer(bytes, crc_at, crc_bytes) != crc_of(std::string{bytes})) {
    return failure(ErrorCode::invalid_input, "a wrong CRC");
  }
  const auto kind = read_integer(bytes, 2, 2);
  if (kind != 1 && kind != 2) {
    return failure(
        ErrorCode::invalid_input,
        "packet kind " + std::to_string(kind) + ", expected 1 (query) or 2 (response)");
  }
  const auto trailer = version == Version::v3 ? bytes.substr(bytes.size() - v3_trailer) : std::string_view{};
  if (version != Version::v2 &&
      (read_integer(bytes, zero_at, 2) != 0 || trailer.find_first_not_of('\0') != std::string_view::npos)) {
    return failure(ErrorCode::invalid_input, "bytes where NRPE has zeros");
  }
  return {};
}

std::size_t longest_buffer(Version version)
{
  return version == Version::v2 ? v2_buffer : largest_buffer;
}

}  // namespace

Expected<std::size_t> bytes_needed(std::string_view start)
{
  if (start.size() < shortest_start) {
    return shortest_start;
  }
  const auto version = version_of(start);
  if (!version) {
    return tl::unexpected{version.error()};
  }
  if (*version == Version::v2) {
    return shortest_start + v2_buffer + v2_filler;
  }
  if (start.size() < long_start) {
    return long_start;
  }
  return length_of_buffer(start).map(
      [&](std::size_t length) { return long_start + length + trailer_of(*version); });
}

Expected<Packet> decode(std::string_view bytes)
{
  const auto size = bytes_needed(bytes);
  if (!size) {
    return tl::unexpected{size.error()};
  }
  if (*size != bytes.size()) {
    return failure(
        ErrorCode::invalid_input,
        std::to_string(bytes.size()) + " bytes, expected a packet of " + std::to_string(*size));
  }
  Packet packet;
  packet.version = static_cast<Version>(read_integer(bytes, 0, 2));
  if (const auto sound = check_frame(bytes, packet.version); !sound) {
    return tl::unexpected{sound.error()};
  }
  packet.kind = static_cast<Kind>(read_integer(bytes, 2, 2));
  packet.result = static_cast<std::uint16_t>(read_integer(bytes, 8, 2));
  const auto start = start_of(packet.version);
  packet.buffer = bytes.substr(start, bytes.size() - start - trailer_of(packet.version));
  if (packet.version == Version::v2) {
    packet.filler = {bytes[bytes.size() - 2], bytes[bytes.size() - 1]};
  }
  return packet;
}

std::string encode(const Packet& packet)
{
  auto buffer = packet.buffer.substr(0, longest_buffer(packet.version));
  buffer.resize(packet.version == Version::v2 ? v2_buffer : std::max<std::size_t>(buffer.size(), 1), '\0');
  std::string bytes;
  append_integer(bytes, static_cast<std::uint32_t>(packet.version), 2);
  append_integer(bytes, static_cast<std::uint32_t>(packet.kind), 2);
  append_integer(bytes, 0, crc_bytes);
  append_integer(bytes, packet.result, 2);
  if (packet.version != Version::v2) {
    append_integer(bytes, 0, 2);
    append_integer(bytes, static_cast<std::uint32_t>(buffer.size()), 4);
  }
  bytes += buffer;
  bytes += packet.version == Version::v2 ? std::string{packet.filler.begin(), packet.filler.end()}
                                         : std::string(trailer_of(packet.version), '\0');
  std::string crc;
  append_integer(crc, crc32(bytes), crc_bytes);
  return bytes.replace(crc_at, crc_bytes, crc);
}

std::string_view text_of(const Packet& packet)
{
  return std::string_view{packet.buffer}.substr(0, packet.buffer.find('\0'));
}

Expected<Packet> make_query(Version version, std::string_view text)
{
  if (text.find('\0') != std::string_view::npos || text.size() >= longest_buffer(version)) {
    return failure(
        ErrorCode::invalid_input,
        "a query of " + std::to_string(text.size()) + " bytes, expected text without NUL of less than " +
            std::to_string(longest_buffer(version)));
  }
  Packet packet;
  packet.version = version;
  packet.buffer = text;
  const auto around = start_of(version) + trailer_of(version);
  packet.buffer.resize(std::max(text.size() + 1, padded_query - around), '\0');
  return packet;
}

Packet make_response(const Packet& query, CheckState state, std::string_view text)
{
  Packet packet;
  packet.version = query.version;
  packet.kind = Kind::response;
  packet.result = static_cast<std::uint16_t>(state);
  packet.buffer = truncate_utf8(text.substr(0, text.find('\0')), longest_buffer(query.version) - 1, "");
  packet.buffer += '\0';
  return packet;
}

}  // namespace muster::nrpe
