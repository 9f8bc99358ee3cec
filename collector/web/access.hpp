// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/web/http.hpp"
#include "collector/web/sessions.hpp"
#include "collector/web/tokens.hpp"

namespace muster::collector::web {

inline constexpr std::string_view session_cookie = "muster_session";
inline constexpr std::string_view login_cookie = "muster_login";

// Who sent a request.
struct Visitor {
  Identity identity;
  Session* session = nullptr;  // of a browser that has signed in; valid while the request is handled
  bool by_token = false;  // "Authorization: Bearer": a program, that no other page can make send anything

  [[nodiscard]] bool may_read() const { return identity.right >= Right::read; }

  [[nodiscard]] bool may_operate() const { return identity.right == Right::operate; }
};

// Decides who a request is from, and whether its browser was sent here by somebody else. One thread.
class Access {
public:
  // Without tokens: who comes from this machine may read, and nobody may operate. `names` are the host names
  // by which browsers come here, besides IP addresses and "localhost".
  Access(std::optional<Tokens> tokens, std::vector<std::string> names, Sessions::Random random);

  // Fails with the status and the sentence for a request that must not be looked at any further: a name in
  // Host that is not ours is another page's, whose name was made to point here (DNS rebinding).
  [[nodiscard]] std::optional<HttpResponse> refusal(const HttpRequest& request) const;

  // A wrong token is nobody, even on loopback.
  Visitor visitor(const HttpRequest& request, Time now);

  // Whether a POST of a browser comes from a page of ours, as far as its headers tell.
  [[nodiscard]] bool comes_from_our_page(const HttpRequest& request) const;

  // Whether the form carries the key of the session it was made for.
  [[nodiscard]] static bool has_form_key(const Visitor& visitor, const Fields& form);

  [[nodiscard]] bool has_tokens() const { return tokens_.has_value(); }

  // The id of a new session for whoever has this token.
  std::optional<std::string> sign_in(std::string_view token, Time now);
  void sign_out(const HttpRequest& request);

  [[nodiscard]] std::string random_word(std::size_t length) const { return random_(length); }

private:
  [[nodiscard]] bool is_our_name(std::string_view host) const;

  std::optional<Tokens> tokens_;
  std::vector<std::string> names_;
  Sessions::Random random_;
  Sessions sessions_;
};

// The value of one cookie of the request; empty if there is none.
std::string_view cookie(const HttpRequest& request, std::string_view name);

// "Set-Cookie": for this site only, out of reach for scripts and for what other sites link to. No `life`: it
// is removed. Over TLS, as a proxy tells by X-Forwarded-Proto, it never travels without.
std::string set_cookie(
    const HttpRequest& request, std::string_view name, std::string_view value, std::chrono::seconds life);

}  // namespace muster::collector::web
