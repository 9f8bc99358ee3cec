// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/model/monitor_names.hpp"

#include <algorithm>
#include <cstddef>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

constexpr std::size_t longest_nsca_host = 63;      // MAX_HOSTNAME_LENGTH 64 of the packet, with its NUL
constexpr std::size_t longest_nsca_service = 127;  // MAX_DESCRIPTION_LENGTH 128
// Nagios reads a line of its configuration and of a command with room to spare; nobody means a longer name.
constexpr std::size_t longest_name = 512;

std::size_t longest(Monitor monitor, ObjectKind kind)
{
  if (monitor != Monitor::nsca) {
    return longest_name;
  }
  return kind == ObjectKind::host ? longest_nsca_host : longest_nsca_service;
}

bool is_control(char c)
{
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

std::optional<std::string> illegal_letter(std::string_view name, std::string_view illegal)
{
  const auto at = name.find_first_of(illegal);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  return "'" + std::string{name[at]} + "' cannot be in a name there";
}

std::optional<std::string> nagios_fault(ObjectKind kind, std::string_view name, std::string_view illegal)
{
  // A service names its host by a list of names, in which `!` takes one out and `*` is all of them.
  if (auto fault = illegal_letter(name, kind == ObjectKind::host ? ";,!*" : ";")) {
    return fault;
  }
  if (name == "null") {
    return "it means there that there is no name";
  }
  if (name.front() == ' ' || name.back() == ' ') {
    return "a blank at either end is lost there";
  }
  if (name.back() == '\\') {
    return "a backslash cannot end a name there";
  }
  return illegal_letter(name, illegal);
}

std::optional<std::string> fault_of(
    Monitor monitor, ObjectKind kind, std::string_view name, std::string_view illegal)
{
  if (name.empty()) {
    return "it is empty";
  }
  if (name.size() > longest(monitor, kind)) {
    return "it is longer than " + std::to_string(longest(monitor, kind)) + " bytes";
  }
  if (monitor == Monitor::file) {
    return std::nullopt;
  }
  if (std::any_of(name.begin(), name.end(), is_control)) {
    return "it holds a control character";
  }
  return monitor == Monitor::icinga ? illegal_letter(name, "!") : nagios_fault(kind, name, illegal);
}

std::string_view word_for(Monitor monitor)
{
  switch (monitor) {
  case Monitor::nagios:
    return "nagios";
  case Monitor::icinga:
    return "icinga";
  case Monitor::nsca:
    return "nsca";
  case Monitor::nrdp:
    return "nrdp";
  case Monitor::file:
    break;
  }
  return "a file";
}

}  // namespace

std::optional<std::string> name_fault(
    Monitor monitor, ObjectKind kind, std::string_view name, std::string_view illegal)
{
  constexpr std::size_t most_shown = 100;  // of a name; the whole is in the configuration
  const auto fault = fault_of(monitor, kind, name, illegal);
  if (!fault) {
    return std::nullopt;
  }
  const std::string what = kind == ObjectKind::host ? "host" : "service";
  return what + " '" + printable(truncate_utf8(name, most_shown, "…"), false) + "' is no name for " +
         std::string{word_for(monitor)} + ": " + *fault;
}

}  // namespace muster::bridge
