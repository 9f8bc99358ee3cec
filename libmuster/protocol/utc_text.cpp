// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/utc_text.hpp"

#include <array>
#include <ctime>
#include <string_view>

#include <fmt/format.h>

namespace muster::protocol {

std::string utc_text(Time time)
{
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto clock = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&clock, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", std::string_view{text.data(), length}, (time - seconds).count());
}

}  // namespace muster::protocol
