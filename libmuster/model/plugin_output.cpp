// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/plugin_output.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

constexpr auto npos = std::string_view::npos;

// Text before and after the first separator; nothing after it, if there is none.
std::pair<std::string_view, std::string_view> split_at(std::string_view text, char separator)
{
  const auto at = text.find(separator);
  if (at == npos) {
    return {text, {}};
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string_view stripped(std::string_view text)
{
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string summary_of(std::string_view first_line)
{
  if (first_line.empty()) {
    return std::string{no_plugin_output};
  }
  std::string summary{stripped(split_at(first_line, '|').first)};
  std::replace(summary.begin(), summary.end(), ';', ':');
  return summary;
}

// Everything after the first line: details up to the first bar, perfdata from there on.
void split_further_lines(std::string_view lines, std::string& details, std::string& perfdata)
{
  if (!lines.empty() && lines.back() == '\n') {
    lines.remove_suffix(1);  // it ends the last line, it does not start one more
  }
  const auto bar = lines.find('|');
  details = lines.substr(0, bar);
  if (bar == npos) {
    return;
  }
  auto more = lines.substr(bar + 1);
  if (!perfdata.empty() && !more.empty() && more.front() != '\n') {
    perfdata += ' ';
  }
  const auto joined_from = perfdata.size();
  perfdata += more;
  std::replace(perfdata.begin() + static_cast<std::ptrdiff_t>(joined_from), perfdata.end(), '\n', ' ');
}

}  // namespace

PluginOutput parse_plugin_output(std::string_view text)
{
  const auto [first_line, further_lines] = split_at(text, '\n');
  PluginOutput output;
  output.summary = summary_of(first_line);
  output.perfdata = split_at(first_line, '|').second;
  split_further_lines(further_lines, output.details, output.perfdata);
  output.perfdata = std::string{stripped(output.perfdata)};
  return output;
}

}  // namespace muster
