// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/nagios_text.hpp"

#include "libmuster/model/utf8.hpp"

namespace muster::fleet_check {

namespace {

std::string without_bars(std::string_view text)
{
  constexpr std::string_view broken_bar = "\u00a6";
  std::string safe;
  safe.reserve(text.size());
  for (const char letter : text) {
    if (letter == '|') {
      safe += broken_bar;
    } else {
      safe += letter;
    }
  }
  return safe;
}

}  // namespace

std::string nagios_line(std::string_view text)
{
  return without_bars(printable(text, false));
}

std::string nagios_name(std::string_view check)
{
  constexpr std::size_t longest = 256;
  return truncate_utf8(nagios_line(check), longest, "…");
}

std::string nagios_lines(std::string_view text)
{
  auto lines = without_bars(printable(text, true));
  lines.erase(lines.find_last_not_of('\n') + 1);
  return lines;
}

std::string nagios_perfdata(std::string_view text)
{
  return printable(text, false);
}

}  // namespace muster::fleet_check
