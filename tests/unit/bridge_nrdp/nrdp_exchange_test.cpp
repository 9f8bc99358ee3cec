// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string trouble(unsigned status, std::string body, std::size_t count = 2, bool whole = true)
{
  return nrdp_trouble({status, std::move(body), "", whole}, count);
}

TEST(NrdpRequest, IsAFormWithATokenAndJson)
{
  PassiveResult result;
  result.host = "web1";
  result.summary = "fine & 100 % \xc3\xa9";
  const auto request = nrdp_request("/nrdp/", "a+b&c", {&result});
  EXPECT_EQ(request.path, "/nrdp/");
  EXPECT_EQ(request.method, http::HttpMethod::post);
  EXPECT_THAT(
      request.body, testing::StartsWith("token=a%2Bb%26c&cmd=submitcheck&JSONDATA=%7B%22checkresults"));
  EXPECT_THAT(request.body, HasSubstr("fine%20%26%20100%20%25%20%C3%A9"));
  EXPECT_THAT(nrdp_request("/", "t", {}).body, HasSubstr("%5B%5D")) << "an empty list asks whether it works";
}

TEST(NrdpAnswer, ThatCountsAllOfThemIsGood)
{
  EXPECT_EQ(
      trouble(200, R"({"result":{"status":0,"message":"OK","meta":{"output":"2 checks processed"}}})"), "");
  EXPECT_EQ(
      trouble(
          200,
          "<?xml version=\"1.0\"?>\n<result>\n  <status>0</status>\n  <message>OK</message>\n"
          "    <meta>\n       <output>2 checks processed.</output>\n    </meta>\n</result>\n"),
      "");
}

TEST(NrdpAnswer, ThatCountsOthersIsNone)
{
  EXPECT_THAT(
      trouble(200, R"({"result":{"status":0,"message":"OK","meta":{"output":"1 checks processed"}}})"),
      HasSubstr("was told 2 results"));
  EXPECT_NE(trouble(200, R"({"result":{"status":0,"message":"OK"}})"), "");
}

TEST(NrdpAnswer, ThatRefusesSaysWhy)
{
  EXPECT_THAT(
      trouble(200, R"({"result":{"status":-1,"message":"BAD TOKEN"}})"), HasSubstr("authorized_tokens"));
  EXPECT_THAT(
      trouble(200, "<result><status>-1</status><message>BAD XML</message></result>"),
      HasSubstr("\"BAD XML\""));
  EXPECT_THAT(trouble(413, ""), HasSubstr("smaller `batch`"));
  EXPECT_THAT(trouble(503, "away"), HasSubstr("HTTP 503: \"away\""));
}

TEST(NrdpAnswer, OfAStrangerIsNoneAndShowsNothingDangerous)
{
  for (const auto* body :
       {"",
        "<html>welcome</html>",
        "{",
        "[]",
        "{}",
        R"({"result":[]})",
        R"({"result":{"status":{}}})",
        "<result>",
        "<result><status>",
        R"({"result":{"status":0,"message":"OK","meta":[]}})",
        "\x1b[2J\xff"}) {
    const auto text = trouble(200, body);
    EXPECT_NE(text, "") << body;
    EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << body;
  }
  EXPECT_NE(trouble(200, std::string(1'000, '['), 0), "");
  EXPECT_LT(trouble(500, std::string(10'000, 'x')).size(), 300U);
  EXPECT_THAT(trouble(200, "{", 2, false), HasSubstr("longer than any"));
}

}  // namespace
}  // namespace muster::bridge
