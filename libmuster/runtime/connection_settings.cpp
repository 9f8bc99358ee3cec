// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/connection_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace muster::runtime {

namespace {

constexpr std::string_view expected_url = "expected a broker such as mqtts://mon1.example.net:8883";
constexpr std::size_t max_host_length = 253;  // of a DNS name

struct Scheme {
  std::string_view prefix;
  std::string_view port;
};

constexpr std::array<Scheme, 2> schemes{{{"mqtts://", "8883"}, {"mqtt://", "1883"}}};

tl::unexpected<Error> unreadable(std::string_view why)
{
  return failure(ErrorCode::invalid_input, std::string{expected_url} + std::string{why});
}

bool is_port(std::string_view text) noexcept
{
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

bool is_one_of(char c, std::string_view others) noexcept
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

// A host name or an IPv4 address, or an IPv6 address in its brackets.
bool is_host(std::string_view host) noexcept
{
  if (host.empty() || host.size() > max_host_length) {
    return false;
  }
  if (host.front() != '[') {
    return std::all_of(host.begin(), host.end(), [](char c) { return is_one_of(c, ".-_"); });
  }
  const auto address = host.substr(1, host.size() - 2);
  return host.back() == ']' && !address.empty() &&
         std::all_of(address.begin(), address.end(), [](char c) { return is_one_of(c, ":."); });
}

// "127.evil.example" starts like loopback and is a name: only digits and dots make an address.
bool is_loopback(std::string_view host) noexcept
{
  const bool ipv4 =
      host.substr(0, 4) == "127." && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return ipv4 || host == "localhost" || host == "[::1]";
}

}  // namespace

Expected<std::string> normal_broker_url(std::string_view url)
{
  const auto* scheme = std::find_if(schemes.begin(), schemes.end(), [url](const Scheme& s) {
    return url.substr(0, s.prefix.size()) == s.prefix;
  });
  if (scheme == schemes.end()) {
    return unreadable("");
  }
  auto host = url.substr(scheme->prefix.size());
  std::string_view port = scheme->port;
  // The colons of an IPv6 address stand before its bracket closes.
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (!is_host(host)) {
    return unreadable("");
  }
  if (!is_port(port)) {
    return unreadable(" with a port from 1 to 65535");
  }
  if (scheme->prefix == "mqtt://" && !is_loopback(host)) {
    return failure(
        ErrorCode::invalid_input,
        "plain mqtt:// is allowed to this machine alone (127.0.0.1, [::1], localhost): use mqtts://");
  }
  return std::string{scheme->prefix} + std::string{host} + ":" + std::string{port};
}

ConnectionSettings read_connection(SettingsReader& reader, const std::filesystem::path& folder)
{
  ConnectionSettings result;
  std::vector<std::string> urls;
  if (reader.read_words("brokers", ConnectionSettings::max_brokers, urls) && urls.empty()) {
    reader.refuse("brokers", "expected at least one");
  } else if (reader.find("brokers") == nullptr) {
    reader.refuse("brokers", "missing; " + std::string{expected_url});
  }
  bool with_tls = false;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    if (auto url = normal_broker_url(urls[i])) {
      with_tls = with_tls || url->substr(0, 5) == "mqtts";
      result.brokers.push_back(*std::move(url));
    } else {
      reader.refuse_item("brokers", i, url.error().message);
    }
  }
  auto tls = reader.read_map("tls");
  for (const auto& [key, target] :
       {std::pair{"ca", &result.ca},
        std::pair{"certificate", &result.certificate},
        std::pair{"key", &result.key}}) {
    std::filesystem::path path;
    if (tls.read_path(key, folder, path)) {
      *target = path.string();
    } else if (with_tls && tls.find(key) == nullptr) {
      reader.refuse(
          "tls", std::string{key} + " is missing, and a broker is mqtts://: expected the path of a PEM file");
    }
  }
  tls.refuse_unknown_keys();
  return result;
}

}  // namespace muster::runtime
