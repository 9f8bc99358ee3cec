// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/program_status.hpp"

#include <charconv>

namespace muster::bridge {

namespace {

constexpr auto npos = std::string_view::npos;

// The text between "programstatus {" and its closing brace.
std::optional<std::string_view> program_block(std::string_view head)
{
  constexpr std::string_view opening = "\nprogramstatus {\n";
  const auto begin = head.find(opening);
  if (begin == npos) {
    return std::nullopt;
  }
  const auto block = head.substr(begin + opening.size());
  const auto end = block.find("\n\t}");
  return end == npos ? std::nullopt : std::optional{block.substr(0, end + 1)};
}

std::optional<std::int64_t> number_of(std::string_view block, std::string_view key)
{
  const auto at = block.find(key);
  if (at == npos) {
    return std::nullopt;
  }
  const auto value = block.substr(at + key.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && *end == '\n' ? std::optional{number} : std::nullopt;
}

bool is_nagios(std::string_view name)
{
  return name.starts_with("nagios") || name.starts_with("naemon");
}

}  // namespace

std::int64_t parse_process_start(std::string_view stat)
{
  constexpr int start_time = 22 - 2;  // the field's number, counted from behind the name
  const auto name = stat.find('(');
  const auto end = stat.rfind(')');
  if (name == npos || end == npos || end < name || !is_nagios(stat.substr(name + 1, end - name - 1))) {
    return 0;
  }
  auto rest = stat.substr(end + 1);
  for (int field = 0; field < start_time; ++field) {
    const auto blank = rest.find(' ');
    if (blank == npos) {
      return 0;
    }
    rest = rest.substr(blank + 1);
  }
  std::int64_t ticks = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), ticks);
  return ticks;
}

std::optional<ProgramStatus> parse_program_status(std::string_view head)
{
  const auto block = program_block(head);
  if (!block) {
    return std::nullopt;
  }
  const auto pid = number_of(*block, "\tnagios_pid=");
  const auto start = number_of(*block, "\tprogram_start=");
  if (!pid || !start) {
    return std::nullopt;
  }
  return ProgramStatus{*pid, *start, number_of(*block, "\tpassive_service_checks_enabled=").value_or(1) != 0};
}

}  // namespace muster::bridge
