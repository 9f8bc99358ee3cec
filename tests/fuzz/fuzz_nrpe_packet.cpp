// SPDX-License-Identifier: Apache-2.0
// What anybody may send to the port of an NRPE listener, and what a listener may answer: how much of it is
// read, what it says, and that it is written the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/nrpe/crc32.hpp"
#include "libmuster/nrpe/packet.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::nrpe;

void is_written_the_same(std::string_view bytes)
{
  const auto packet = decode(bytes);
  if (!packet) {
    return;
  }
  require(bytes.size() <= largest_packet && packet->buffer.size() <= largest_buffer);
  require(encode(*packet) == bytes);
  require(text_of(*packet).find('\0') == std::string_view::npos);
  const auto answer = make_response(*packet, muster::CheckState::warning, text_of(*packet));
  const auto again = decode(encode(answer));
  require(again && again->version == packet->version && again->kind == Kind::response && again->result == 1);
  require(text_of(*packet).starts_with(text_of(*again)));
}

// A fuzzer does not find a CRC by itself.
std::string with_right_crc(std::string bytes)
{
  bytes.replace(4, 4, 4, '\0');
  const auto crc = crc32(bytes);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[4 + i] = static_cast<char>(crc >> (24U - 8U * static_cast<unsigned>(i)));
  }
  return bytes;
}

// As a listener reads: what is asked for next is more than there is, and never more than the largest packet.
void is_read_step_by_step(std::string_view bytes)
{
  std::size_t have = 0;
  for (int steps = 0; steps < 4; ++steps) {
    const auto needed = bytes_needed(bytes.substr(0, have));
    if (!needed || *needed == have || *needed > bytes.size()) {
      return;
    }
    require(*needed > have && *needed <= largest_packet);
    have = *needed;
  }
  require(false);
}

void asks_what_it_says(std::string_view text)
{
  for (const auto version : {Version::v2, Version::v3, Version::v4}) {
    if (const auto query = make_query(version, text)) {
      const auto again = decode(encode(*query));
      require(again && text_of(*again) == text && encode(*again) == encode(*query));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto bytes = muster::fuzz::as_text(data, size);
  is_read_step_by_step(bytes);
  is_written_the_same(bytes);
  if (bytes.size() >= shortest_start) {
    is_written_the_same(with_right_crc(std::string{bytes}));
  }
  asks_what_it_says(bytes);
  return 0;
}
