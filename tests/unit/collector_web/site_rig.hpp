// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/web/site.hpp"
#include "collector/web/url.hpp"
#include "tests/support_web/fake_board.hpp"

namespace muster::collector::web {

inline const Time noon{std::chrono::milliseconds{1'790'000'000'000}};
inline const std::string alices_token = "alice-operates-with-this-token";
inline const std::string rays_token = "ray-reads-with-just-this-token";

// Words in their order, so that a test can name them.
inline std::string counted_word(std::size_t length)
{
  static int count = 0;
  auto word = "word" + std::to_string(++count);
  word.resize(length, 'x');
  return word;
}

// The site on a fake board, without a socket.
class SiteRig {
public:
  enum class With { tokens, no_tokens };

  explicit SiteRig(With with = With::tokens)
      : site{
            board,
            Access{tokens(with), {"muster.example.net"}, counted_word},
            [this] { return now; },
            [this](const Act& act) { acts.push_back(act); }}
  {
    board.health_held.connected = true;
  }

  // The answer, which must come at once.
  HttpResponse ask(const HttpRequest& request)
  {
    std::optional<HttpResponse> answer;
    site.handle(request, [&answer](HttpResponse response) { answer = std::move(response); });
    return answer.value_or(HttpResponse{0, "", "no answer"});
  }

  // As somebody with a token; empty: with none.
  HttpResponse get(const std::string& target, const std::string& token = rays_token)
  {
    return ask(request(HttpMethod::get, target, token));
  }

  HttpResponse post(const std::string& target, const std::string& json, const std::string& token)
  {
    auto posted = request(HttpMethod::post, target, token);
    posted.headers["content-type"] = "application/json";
    posted.body = json;
    return ask(posted);
  }

  // Signs in as a browser does, with both cookies and the key of the form; the session's cookie.
  std::string sign_in(const std::string& token = alices_token);

  // A form as the page of this browser sends it, with the key that stands in its pages.
  HttpRequest form(const std::string& target, const std::string& fields, const std::string& session);

  // What a page of this browser shows.
  std::string page(const std::string& target, const std::string& session)
  {
    auto asked = request(HttpMethod::get, target);
    asked.headers["cookie"] = session;
    return ask(asked).body;
  }

  static HttpRequest request(HttpMethod method, const std::string& target, const std::string& token = "")
  {
    HttpRequest request;
    request.method = method;
    const auto parsed = parse_target(target);
    request.path = parsed.value().path;
    request.query = parsed->query;
    request.headers["host"] = "127.0.0.1:8066";
    request.from_loopback = true;
    if (!token.empty()) {
      request.headers["authorization"] = "Bearer " + token;
    }
    return request;
  }

  static std::optional<Tokens> tokens(With with)
  {
    if (with == With::no_tokens) {
      return std::nullopt;
    }
    return Tokens::parse("tokens", "alice operate " + alices_token + "\nray read " + rays_token + "\n")
        .value();
  }

  test::FakeBoard board;
  Time now = noon;
  std::vector<Act> acts;  // what was put on record
  Site site;
};

// The value of the first input of this name in a page; empty if there is none.
inline std::string input_value(const std::string& page, const std::string& name)
{
  const auto mark = "name=\"" + name + "\" value=\"";
  const auto found = page.find(mark);
  if (found == std::string::npos) {
    return "";
  }
  const auto begin = found + mark.size();
  return page.substr(begin, page.find('"', begin) - begin);
}

// The value of a header of the answer; empty if it is not there.
inline std::string header(const HttpResponse& response, const std::string& name)
{
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return "";
}

// "NAME=VALUE" of the cookie that the answer sets; empty if it sets none.
inline std::string cookie_set(const HttpResponse& response, std::string_view name)
{
  for (const auto& [key, value] : response.headers) {
    if (key == "Set-Cookie" && value.starts_with(std::string{name} + "=")) {
      return value.substr(0, value.find(';'));
    }
  }
  return "";
}

inline std::string SiteRig::sign_in(const std::string& token)
{
  const auto shown = ask(request(HttpMethod::get, "/login"));
  auto posted = request(HttpMethod::post, "/login");
  posted.headers["cookie"] = cookie_set(shown, login_cookie);
  posted.headers["content-type"] = "application/x-www-form-urlencoded";
  posted.body = "form_key=" + input_value(shown.body, "form_key") + "&token=" + token + "&back=/";
  return cookie_set(ask(posted), session_cookie);
}

inline HttpRequest SiteRig::form(
    const std::string& target, const std::string& fields, const std::string& session)
{
  auto posted = request(HttpMethod::post, target);
  posted.headers["cookie"] = session;
  posted.headers["origin"] = "http://127.0.0.1:8066";
  posted.headers["sec-fetch-site"] = "same-origin";
  posted.headers["content-type"] = "application/x-www-form-urlencoded";
  posted.body = "form_key=" + input_value(page("/", session), "form_key") + "&" + fields;
  return posted;
}

}  // namespace muster::collector::web
