// SPDX-License-Identifier: Apache-2.0
#include "libmuster/http/http_target.hpp"

#include <gtest/gtest.h>

namespace muster::http {
namespace {

TEST(Urls, SayWhereItGoes)
{
  EXPECT_EQ(
      *parse_http_target("https://chat.example.net/hooks/x?y=1#part"),
      (HttpTarget{true, "chat.example.net", "443", "/hooks/x?y=1"}));
  EXPECT_EQ(*parse_http_target("http://[::1]:9093"), (HttpTarget{false, "::1", "9093", "/"}));
  EXPECT_EQ(host_header(*parse_http_target("http://[::1]:9093")), "[::1]:9093");
  EXPECT_EQ(host_header(*parse_http_target("http://mon1:80/")), "mon1");
  EXPECT_EQ(place_of(*parse_http_target("https://chat.example.net/secret")), "https://chat.example.net");
}

TEST(Urls, ThatCouldMeanSomethingElseAreRefused)
{
  for (const auto* url :
       {"",
        "ftp://a",
        "http://",
        "http:///x",
        "http://a:b@c/",
        "http://a b/",
        "http://a/\r\nX: y",
        "http://a:0/",
        "http://a:99999/",
        "http://a:/",
        "http://[::1/",
        "http://[::1]x/",
        "http://ä/"}) {
    EXPECT_FALSE(parse_http_target(url)) << url;
  }
}

}  // namespace
}  // namespace muster::http
