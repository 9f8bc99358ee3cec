// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "collector/state/event.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// "Europe/Berlin", "Etc/GMT+1": letters, digits, '_', '-', '+', and '/' between parts that are not empty.
// Such a name leads to no file outside of /usr/share/zoneinfo.
bool is_zone_name(std::string_view name);

// A time zone as the files under /usr/share/zoneinfo tell it (TZif, RFC 8536).
//
// A reader of our own, because GCC 12 has no std::chrono::locate_zone, and because the C library knows one
// zone at a time, TZ, which tzset changes for all threads. Pure: the file's bytes are handed in. Immutable,
// cheap to copy, safe to share between threads.
class TimeZone {
public:
  // The largest file of Debian 12 has 3.6 KiB.
  static constexpr std::size_t largest_file = std::size_t{64} * 1024;

  // Of hostile bytes. invalid_input: it is no TZif, is cut off, too large, or of version 1, which ends in
  // 2037.
  static Expected<TimeZone> parse(std::string_view file);

  static TimeZone utc();

  // What its clocks show more than UTC changes then; east of Greenwich is positive.
  struct Change {
    std::chrono::sys_seconds at;
    std::chrono::seconds offset{0};  // from then on
  };

  // Of that time.
  [[nodiscard]] std::chrono::seconds offset_at(Time time) const;

private:
  struct Data;

  explicit TimeZone(std::shared_ptr<const Data> data) : data_{std::move(data)} {}

  std::shared_ptr<const Data> data_;
};

}  // namespace muster::collector
