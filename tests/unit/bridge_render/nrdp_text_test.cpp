// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nrdp_text.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using testing::HasSubstr;

PassiveResult made(std::string summary, std::string perfdata = {}, std::string details = {})
{
  PassiveResult result;
  result.host = "web1";
  result.service = "load";
  result.state = 2;
  result.summary = std::move(summary);
  result.perfdata = std::move(perfdata);
  result.details = std::move(details);
  return result;
}

std::string output_of(const PassiveResult& result)
{
  return boost::json::parse(nrdp_result(result)).at("output").as_string().c_str();
}

TEST(NrdpResult, IsOneOfTheListCheckresults)
{
  EXPECT_EQ(
      nrdp_result(made("too much", "load=9")),
      R"({"checkresult":{"type":"service","checktype":"1"},"hostname":"web1","servicename":"load","state":"2",)"
      R"("output":"too much|load=9"})");
}

TEST(NrdpResult, OfAHostHasNoServiceAndIsUpOrDown)
{
  auto result = made("gone");
  result.service.clear();
  EXPECT_EQ(
      nrdp_result(result),
      R"({"checkresult":{"type":"host","checktype":"1"},"hostname":"web1","state":"1","output":"gone"})");
}

TEST(NrdpResult, DoublesBackslashesBecauseItsServerDoesNot)
{
  EXPECT_EQ(output_of(made("C:\\new", "'C:\\'=1", "D:\\tmp\nmore")), "C:\\\\new|'C:\\\\'=1\nD:\\\\tmp\nmore");
}

TEST(NrdpResult, HasOneBarAndOneFirstLine)
{
  EXPECT_EQ(
      output_of(made("a|b\nc", "d=1\ne=2", "f|g")),
      "a\xc2\xa6"
      "b c|d=1 e=2\nf\xc2\xa6g");
  EXPECT_EQ(output_of(made("")), " ");
}

TEST(NrdpResult, IsCutBetweenValues)
{
  std::string perfdata;
  while (perfdata.size() < 70'000) {
    perfdata += "value=12345 ";
  }
  const auto output = output_of(made(std::string(9'000, 's'), perfdata, std::string(70'000, 'd')));
  EXPECT_LE(output.size(), 8'192U + 65'536 + 65'536 + 2);
  EXPECT_THAT(output, HasSubstr("s\xe2\x80\xa6|value=12345 value"));
  EXPECT_THAT(output, HasSubstr("value=12345\nddd"));
}

TEST(NrdpNames, ThatBreakOutOfTheSpoolFileAreRefused)
{
  auto result = made("x");
  EXPECT_TRUE(check_nrdp_names(result));
  for (const auto* name : {"", "a\nreturn_code=0", "a;b", "a\\", "a\rb"}) {
    result.service = "load";
    result.host = name;
    EXPECT_FALSE(check_nrdp_names(result)) << name;
    result.host = "web1";
    result.service = name;
    EXPECT_EQ(check_nrdp_names(result).has_value(), result.service.empty()) << name;
  }
  result.host = std::string(1025, 'h');
  EXPECT_THAT(check_nrdp_names(result).error().message, HasSubstr("longer than 1024"));
}

}  // namespace
}  // namespace muster::bridge
