// SPDX-License-Identifier: Apache-2.0
#include "libmuster/http/http_target.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace muster::http {

namespace {

constexpr std::string_view plain_port = "80";
constexpr std::string_view tls_port = "443";

tl::unexpected<Error> refused(std::string message)
{
  return failure(ErrorCode::invalid_input, std::move(message));
}

bool take(std::string_view& text, std::string_view beginning)
{
  const bool found = text.starts_with(beginning);
  text.remove_prefix(found ? beginning.size() : 0);
  return found;
}

bool is_sendable(std::string_view text)
{
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter > ' ' && letter < '\x7f'; });
}

bool is_port(std::string_view text)
{
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  return std::from_chars(text.data(), end, port).ptr == end && port > 0;
}

// "host", "host:port", "[::1]:port"; what is left of the port is empty if there is none.
bool split_authority(std::string_view authority, HttpTarget& target)
{
  const auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const auto behind = bracket == std::string_view::npos ? 0 : bracket + 1;
  const auto colon = std::min(authority.find(':', behind), authority.size());
  target.host =
      bracket == std::string_view::npos ? authority.substr(0, colon) : authority.substr(1, bracket - 1);
  if (colon < authority.size()) {
    target.port = authority.substr(colon + 1);
  }
  const bool ends_well = bracket == std::string_view::npos || colon == behind;
  return ends_well && !target.host.empty() && is_port(target.port);
}

bool has_usual_port(const HttpTarget& target)
{
  return target.port == (target.tls ? tls_port : plain_port);
}

}  // namespace

Expected<HttpTarget> parse_http_target(std::string_view url)
{
  HttpTarget target;
  if (!is_sendable(url)) {
    return refused("expected a URL of ASCII letters without blanks; write others as %XX");
  }
  target.tls = take(url, "https://");
  if (!target.tls && !take(url, "http://")) {
    return refused("expected a URL that begins with http:// or https://");
  }
  target.port = target.tls ? tls_port : plain_port;
  const auto end = std::min(url.find_first_of("/?#"), url.size());
  const auto authority = url.substr(0, end);
  const auto path = url.substr(end, std::min(url.find('#'), url.size()) - end);
  if (authority.find('@') != std::string_view::npos) {
    return refused("expected a URL without a user: names and passwords in URLs end up in logs");
  }
  if (!split_authority(authority, target)) {
    return refused("expected http://HOST[:PORT]/PATH");
  }
  target.path = path.starts_with('/') ? std::string{path} : "/" + std::string{path};
  return target;
}

std::string host_header(const HttpTarget& target)
{
  const bool is_ipv6 = target.host.find(':') != std::string::npos;
  const auto host = is_ipv6 ? "[" + target.host + "]" : target.host;
  return has_usual_port(target) ? host : host + ":" + target.port;
}

std::string place_of(const HttpTarget& target)
{
  return (target.tls ? "https://" : "http://") + host_header(target);
}

}  // namespace muster::http
