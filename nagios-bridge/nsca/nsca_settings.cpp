// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_settings.hpp"

#include "nagios-bridge/nsca/nsca_cipher.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using runtime::Range;
using runtime::SettingsReader;

constexpr Range<std::uint64_t> ports{1, 65'535};
constexpr Range<std::uint64_t> methods{0, 26};
constexpr Range<std::chrono::milliseconds> timeouts{1s, 1min};

bool is_place(const std::string& host)
{
  return !host.empty() && host.find_first_of(" \t/@") == std::string::npos;
}

void read_encryption(SettingsReader& reader, NscaSettings& settings)
{
  if (!reader.read_number("encryption", methods, settings.encryption)) {
    return;
  }
  if (auto known = check_nsca_method(settings.encryption); !known) {
    reader.refuse("encryption", known.error().message);
  }
}

}  // namespace

std::string place_of(const NscaSettings& settings)
{
  const bool is_ipv6 = settings.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(settings.port);
}

NscaSettings read_nsca_settings(SettingsReader& reader, const std::filesystem::path& folder)
{
  NscaSettings settings;
  if (!reader.read_word("host", settings.host) || !is_place(settings.host)) {
    reader.refuse("host", "expected the name or the address of the machine on which nsca listens");
  }
  reader.read_number("port", ports, settings.port);
  read_encryption(reader, settings);
  const bool has_password = reader.read_path("password_file", folder, settings.password_file);
  if (!has_password && settings.encryption > 1) {
    reader.refuse("password_file", "expected the file that holds the password of nsca.cfg");
  }
  reader.read_duration("timeout", timeouts, settings.timeout);
  return settings;
}

}  // namespace muster::bridge
