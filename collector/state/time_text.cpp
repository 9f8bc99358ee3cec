// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_text.hpp"

#include <array>
#include <ctime>
#include <utility>

namespace muster::collector {

std::string time_text(Time time)
{
  const auto clock = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  ::gmtime_r(&clock, &parts);
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return {text.data(), length};
}

std::string duration_text(std::chrono::milliseconds duration)
{
  static constexpr std::array<std::pair<std::int64_t, const char*>, 4> units{
      {{86'400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
  auto left = std::chrono::floor<std::chrono::seconds>(duration).count();
  std::string text;
  int shown = 0;
  for (const auto& [seconds, name] : units) {
    const auto count = left / seconds;
    left %= seconds;
    if (count > 0 && shown < 2) {
      text += shown == 0 ? "" : " ";
      text += std::to_string(count);
      text += name;
    }
    shown += count > 0 || shown > 0 ? 1 : 0;
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace muster::collector
