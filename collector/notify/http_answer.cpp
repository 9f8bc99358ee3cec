// SPDX-License-Identifier: Apache-2.0
// What the answers of receivers mean.
#include <charconv>
#include <ctime>
#include <optional>

#include "collector/notify/http_delivery.hpp"

namespace muster::collector {

namespace {

using Outcome = DeliveryResult::Outcome;

constexpr std::size_t longest_reason = 200;
constexpr unsigned first_success = 200;
constexpr unsigned first_redirection = 300;
constexpr unsigned request_timeout = 408;
constexpr unsigned too_early = 425;
constexpr unsigned too_many_requests = 429;
constexpr unsigned first_server_error = 500;

bool may_pass(unsigned status)
{
  return status == request_timeout || status == too_early || status == too_many_requests ||
         status >= first_server_error;
}

// RFC 9110, 10.2.3: seconds, or a date as "Sun, 22 Nov 2026 19:16:31 GMT".
std::optional<std::chrono::milliseconds> wish_in(const std::string& text, std::chrono::sys_seconds now)
{
  constexpr unsigned longest = 7 * 24 * 3600;
  unsigned seconds = 0;
  const auto* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, seconds); !text.empty() && read.ptr == end) {
    return std::chrono::seconds{read.ec == std::errc{} ? std::min(seconds, longest) : longest};
  }
  std::tm parts{};
  const auto* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') {
    return std::nullopt;
  }
  const std::chrono::sys_seconds at{std::chrono::seconds{::timegm(&parts)}};
  return std::max(at - now, std::chrono::seconds{0});
}

std::string reason(unsigned status, const std::string& text)
{
  auto line = text.substr(0, std::min(text.find_first_of("\r\n"), longest_reason));
  return "HTTP " + std::to_string(status) + (line.empty() ? "" : ": " + line);
}

}  // namespace

DeliveryResult meaning_of(
    unsigned status, const std::string& retry_after, const std::string& text, std::chrono::sys_seconds now)
{
  if (status >= first_success && status < first_redirection) {
    return {};
  }
  if (may_pass(status)) {
    return {Outcome::again, reason(status, text), wish_in(retry_after, now)};
  }
  return {Outcome::refused, reason(status, text), std::nullopt};
}

}  // namespace muster::collector
