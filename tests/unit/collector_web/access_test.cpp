// SPDX-License-Identifier: Apache-2.0
#include "collector/web/access.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

namespace {

Access with_tokens()
{
  return Access{SiteRig::tokens(SiteRig::With::tokens), {"muster.example.net"}, counted_word};
}

Access without_tokens()
{
  return Access{std::nullopt, {}, counted_word};
}

HttpRequest from(const std::map<std::string, std::string, std::less<>>& headers)
{
  HttpRequest request;
  request.headers = headers;
  request.from_loopback = true;
  return request;
}

Right right_of(Access access, const HttpRequest& request)
{
  return access.visitor(request, noon).identity.right;
}

}  // namespace

TEST(Access, is_for_those_with_a_token_that_is_known)
{
  EXPECT_EQ(Right::operate, right_of(with_tokens(), from({{"authorization", "Bearer " + alices_token}})));
  EXPECT_EQ(Right::read, right_of(with_tokens(), from({{"authorization", "bearer " + rays_token}})));
  EXPECT_EQ(Right::none, right_of(with_tokens(), from({{"authorization", "Bearer wrong"}})));
  EXPECT_EQ(Right::none, right_of(with_tokens(), from({{"authorization", "Basic " + alices_token}})));
  EXPECT_EQ(Right::none, right_of(with_tokens(), from({})));
}

TEST(Access, without_tokens_is_reading_from_this_machine_alone)
{
  EXPECT_EQ(Right::read, right_of(without_tokens(), from({})));
  auto elsewhere = from({});
  elsewhere.from_loopback = false;
  EXPECT_EQ(Right::none, right_of(without_tokens(), elsewhere));
  EXPECT_EQ(Right::none, right_of(without_tokens(), from({{"authorization", "Bearer " + alices_token}})));
}

TEST(Access, takes_what_a_proxy_sends_for_foreign)
{
  for (const auto* name : {"x-forwarded-for", "forwarded", "x-real-ip", "via"}) {
    EXPECT_EQ(Right::none, right_of(without_tokens(), from({{name, "192.0.2.1"}}))) << name;
  }
}

TEST(Access, is_refused_to_a_name_that_is_not_ours)
{
  const auto access = with_tokens();
  for (const auto* host :
       {"127.0.0.1:8066",
        "[::1]:8066",
        "192.0.2.7",
        "localhost:8066",
        "LOCALHOST",
        "muster.example.net",
        "Muster.Example.Net:443"}) {
    EXPECT_FALSE(access.refusal(from({{"host", host}}))) << host;
  }
  for (const auto* host :
       {"",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8066",
        "[evil]",
        "1.2.3.4, 5.6.7.8",
        "a@127.0.0.1"}) {
    const auto refusal = access.refusal(from({{"host", host}}));
    ASSERT_TRUE(refusal) << host;
    EXPECT_EQ(421, refusal->status);
  }
}

TEST(Access, knows_a_form_of_another_page_by_its_headers)
{
  const auto access = with_tokens();
  const auto ours = [&](const std::map<std::string, std::string, std::less<>>& headers) {
    return access.comes_from_our_page(from(headers));
  };
  EXPECT_TRUE(ours(
      {{"host", "127.0.0.1:8066"}, {"origin", "http://127.0.0.1:8066"}, {"sec-fetch-site", "same-origin"}}));
  EXPECT_TRUE(ours({{"host", "127.0.0.1:8066"}, {"origin", "https://muster.example.net"}}));
  EXPECT_TRUE(ours({{"host", "127.0.0.1:8066"}}));
  EXPECT_FALSE(ours({{"host", "127.0.0.1:8066"}, {"origin", "http://127.0.0.1:9999"}}));
  EXPECT_FALSE(ours({{"host", "127.0.0.1:8066"}, {"origin", "https://evil.example"}}));
  EXPECT_FALSE(ours({{"host", "127.0.0.1:8066"}, {"origin", "null"}}));
  EXPECT_FALSE(ours({{"host", "127.0.0.1:8066"}, {"sec-fetch-site", "cross-site"}}));
  EXPECT_FALSE(ours({{"host", "127.0.0.1:8066"}, {"sec-fetch-site", "same-site"}}));
}

TEST(Access, reads_one_cookie_of_many)
{
  const auto request = from({{"cookie", "a=1; muster_session=abc; xmuster_session=no; b=2"}});
  EXPECT_EQ("abc", cookie(request, session_cookie));
  EXPECT_EQ("", cookie(request, "session"));
  EXPECT_EQ("2", cookie(request, "b"));
  EXPECT_EQ("", cookie(from({}), session_cookie));
}

TEST(Access, sets_cookies_that_neither_scripts_nor_other_sites_can_use)
{
  EXPECT_EQ(
      "a=b; Path=/; HttpOnly; SameSite=Strict; Max-Age=60",
      set_cookie(from({}), "a", "b", std::chrono::seconds{60}));
  EXPECT_EQ(
      "a=b; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure",
      set_cookie(from({{"x-forwarded-proto", "https"}}), "a", "b", std::chrono::seconds{60}));
}

TEST(Sessions, end_after_a_while_and_when_nobody_uses_them)
{
  Sessions sessions{counted_word};
  const auto id = sessions.begin({"alice", Right::operate}, noon);
  EXPECT_NE(nullptr, sessions.find(id, noon + Sessions::idle));
  EXPECT_EQ(nullptr, sessions.find(id, noon + Sessions::idle * 2 + std::chrono::seconds{1}));

  const auto busy = sessions.begin({"alice", Right::operate}, noon);
  auto now = noon;
  while (now - noon <= Sessions::longest) {
    EXPECT_NE(nullptr, sessions.find(busy, now));
    now += Sessions::idle;
  }
  EXPECT_EQ(nullptr, sessions.find(busy, now));
}

TEST(Sessions, are_gone_once_somebody_signs_out)
{
  Sessions sessions{counted_word};
  const auto id = sessions.begin({"alice", Right::operate}, noon);
  sessions.end(id);
  EXPECT_EQ(nullptr, sessions.find(id, noon));
  EXPECT_EQ(nullptr, sessions.find("", noon));
}

TEST(Sessions, are_a_bounded_number_and_the_idlest_makes_room)
{
  Sessions sessions{counted_word};
  const auto idlest = sessions.begin({"alice", Right::read}, noon);
  const auto next = sessions.begin({"bob", Right::read}, noon + std::chrono::seconds{1});
  for (std::size_t number = 0; number < Sessions::most - 1; ++number) {
    sessions.begin({"many", Right::read}, noon + std::chrono::seconds{2});
  }
  EXPECT_EQ(Sessions::most, sessions.size());
  EXPECT_EQ(nullptr, sessions.find(idlest, noon + std::chrono::seconds{3}));
  EXPECT_NE(nullptr, sessions.find(next, noon + std::chrono::seconds{3}));
}

TEST(Sessions, have_forms_that_carry_their_own_key)
{
  Access access = with_tokens();
  const auto id = access.sign_in(alices_token, noon);
  ASSERT_TRUE(id);
  const auto visitor = access.visitor(from({{"cookie", "muster_session=" + *id}}), noon);
  ASSERT_NE(nullptr, visitor.session);
  EXPECT_TRUE(visitor.may_operate());
  EXPECT_TRUE(Access::has_form_key(visitor, {{"form_key", visitor.session->form_key}}));
  EXPECT_FALSE(Access::has_form_key(visitor, {{"form_key", "guessed"}}));
  EXPECT_FALSE(Access::has_form_key(visitor, {}));
  EXPECT_FALSE(Access::has_form_key(Visitor{}, {{"form_key", ""}}));
  EXPECT_FALSE(access.sign_in("wrong", noon));
}

}  // namespace muster::collector::web
