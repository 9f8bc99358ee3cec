// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster::collector {

// Writes TZif files (RFC 8536) as zic does with "-b slim": a version 1 block without anything, then what
// counts. So the tests need no zone of the machine that they run on.
struct ZoneFile {
  struct Change {
    std::int64_t at = 0;
    std::uint8_t type = 0;
  };

  std::vector<std::int32_t> offsets{0};  // one for each type
  std::vector<Change> changes;
  std::string rule;
  char version = '2';

  static std::string number(std::int64_t value, int size)
  {
    std::string bytes;
    for (int shift = size - 1; shift >= 0; --shift) {
      bytes +=
          static_cast<char>(static_cast<std::uint64_t>(value) >> (8U * static_cast<unsigned>(shift)) & 0xFFU);
    }
    return bytes;
  }

  [[nodiscard]] std::string header(std::size_t times, std::size_t types, std::size_t letters) const
  {
    std::string bytes = "TZif";
    bytes += version;
    bytes.append(15, '\0');
    for (const std::size_t count : {std::size_t{0}, std::size_t{0}, std::size_t{0}, times, types, letters}) {
      bytes += number(static_cast<std::int64_t>(count), 4);
    }
    return bytes;
  }

  [[nodiscard]] std::string bytes() const
  {
    auto bytes = header(0, 0, 0) + header(changes.size(), offsets.size(), 4);
    for (const auto& change : changes) {
      bytes += number(change.at, 8);
    }
    for (const auto& change : changes) {
      bytes += static_cast<char>(change.type);
    }
    for (const auto offset : offsets) {
      bytes += number(offset, 4) + std::string(2, '\0');
    }
    return bytes + std::string("LMT\0", 4) + "\n" + rule + "\n";
  }
};

}  // namespace muster::collector
