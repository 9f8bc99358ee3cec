// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/last_result.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/render/icinga_text.hpp"

namespace muster::bridge {

std::size_t text_mark(std::string_view output)
{
  return std::hash<std::string_view>{}(output);
}

std::string told_output(const PassiveResult& result)
{
  return to_valid_utf8(icinga_output(result));
}

bool has_it(const LastResult& last, const PassiveResult& result, Time now)
{
  if (last.active || last.times.started > now) {
    return false;
  }
  const auto theirs = std::tie(last.times.started, last.times.finished);
  const auto ours = std::tie(result.started, result.finished);
  return ours < theirs || (ours == theirs && last.text == text_mark(told_output(result)));
}

ToldTimes times_to_tell(const LastResult& last, const PassiveResult& result, Time now)
{
  const bool gives_way = (last.active || last.source == result.source) && last.times.started <= now;
  const auto started = gives_way ? std::max(result.started, last.times.started) : result.started;
  return {started, std::max(result.finished, started)};
}

}  // namespace muster::bridge
