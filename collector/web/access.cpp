// SPDX-License-Identifier: Apache-2.0
#include "collector/web/access.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/facts.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::collector::web {

namespace {

constexpr std::string_view bearer = "Bearer ";

// "[::1]:8066" is "[::1]", "web:80" is "web".
std::string_view without_port(std::string_view host)
{
  const auto bracket = host.find(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return host.substr(0, colon);
}

// An address is nobody's name, so nobody can make it point elsewhere.
bool is_address(std::string_view host)
{
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  }
  return !host.empty() && std::count(host.begin(), host.end(), '.') == 3 &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string_view host_of_origin(std::string_view origin)
{
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view{} : origin.substr(scheme + 3);
}

// What a proxy adds: the other end of the connection is not where the request comes from.
bool was_forwarded(const HttpRequest& request)
{
  return !request.header("x-forwarded-for").empty() || !request.header("forwarded").empty() ||
         !request.header("x-real-ip").empty() || !request.header("via").empty();
}

}  // namespace

Access::Access(std::optional<Tokens> tokens, std::vector<std::string> names, Sessions::Random random)
    : tokens_{std::move(tokens)}, names_{std::move(names)}, random_{random}, sessions_{random}
{}

bool Access::is_our_name(std::string_view host) const
{
  const auto name = without_port(host);
  return is_address(name) || same_ignoring_case(name, "localhost") ||
         std::any_of(
             names_.begin(), names_.end(), [&](const auto& ours) { return same_ignoring_case(ours, name); });
}

std::optional<HttpResponse> Access::refusal(const HttpRequest& request) const
{
  if (is_our_name(request.header("host"))) {
    return std::nullopt;
  }
  return plain_text(
      421,
      "the collector is not known by this name: use its address, or add the name to web.names of "
      "collector.yaml");
}

Visitor Access::visitor(const HttpRequest& request, Time now)
{
  const auto authorization = request.header("authorization");
  if (same_ignoring_case(authorization.substr(0, bearer.size()), bearer)) {
    auto identity = tokens_ ? tokens_->find(authorization.substr(bearer.size())) : std::nullopt;
    return {identity.value_or(Identity{}), nullptr, true};
  }
  if (auto* session = sessions_.find(cookie(request, session_cookie), now)) {
    return {session->identity, session, false};
  }
  if (!tokens_ && request.from_loopback && !was_forwarded(request)) {
    return {{"", Right::read}, nullptr, false};
  }
  return {};
}

bool Access::comes_from_our_page(const HttpRequest& request) const
{
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    return false;
  }
  const auto origin = request.header("origin");
  if (origin.empty()) {
    return true;  // not a browser, or one so old that the key of the form has to do
  }
  const auto host = host_of_origin(origin);
  const auto name = without_port(host);
  return !host.empty() && (same_ignoring_case(host, request.header("host")) ||
                           std::any_of(names_.begin(), names_.end(), [&](const auto& ours) {
                             return same_ignoring_case(ours, name);
                           }));
}

bool Access::has_form_key(const Visitor& visitor, const Fields& form)
{
  return visitor.session != nullptr &&
         protocol::same_secret(visitor.session->form_key, first_of(form, "form_key"));
}

std::optional<std::string> Access::sign_in(std::string_view token, Time now)
{
  const auto identity = tokens_ ? tokens_->find(token) : std::nullopt;
  return identity ? std::optional{sessions_.begin(*identity, now)} : std::nullopt;
}

void Access::sign_out(const HttpRequest& request)
{
  sessions_.end(cookie(request, session_cookie));
}

std::string_view cookie(const HttpRequest& request, std::string_view name)
{
  auto rest = request.header("cookie");
  while (!rest.empty()) {
    rest.remove_prefix(std::min(rest.find_first_not_of("; "), rest.size()));
    const auto pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(pair.size());
    if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

std::string set_cookie(
    const HttpRequest& request, std::string_view name, std::string_view value, std::chrono::seconds life)
{
  std::string text{name};
  text += '=';
  text += value;
  text += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(life.count());
  text += request.header("x-forwarded-proto") == "https" ? "; Secure" : "";
  return text;
}

}  // namespace muster::collector::web
