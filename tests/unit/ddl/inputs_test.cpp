// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/inputs.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ddl/samples.hpp"

namespace muster::ddl {
namespace {

using test::action_with;
using test::object;
using testing::HasSubstr;

// The one input `x` of this type and these further members.
Action taking(const std::string& type, const std::string& more = "")
{
  return action_with(R"("input": {"x": {"type": ")" + type + R"(")" + more + "}}");
}

std::string typed(const Action& action, const std::string& word)
{
  const auto data = inputs_from_words(action, {word});
  return data ? json::serialize(*data) : data.error().message;
}

std::string fault_of(const Action& action, const std::string& data)
{
  const auto complete = complete_inputs(action, object(data));
  return complete ? "" : complete.error().message;
}

TEST(InputWords, BecomeValuesOfTheirTypes)
{
  const std::vector<std::tuple<std::string, std::string, std::string>> table{
      {"string", "x=5", R"({"x":"5"})"},
      {"string", "x=a=b", R"({"x":"a=b"})"},
      {"string", "x=", R"({"x":""})"},
      {"integer", "x=-5", R"({"x":-5})"},
      {"integer", "x=+5", R"({"x":5})"},
      {"number", "x=-2.5", R"({"x":-2.5E0})"},
      {"float", "x=3", R"({"x":3})"},
      {"boolean", "x=yes", R"({"x":true})"},
      {"boolean", "x=N", R"({"x":false})"},
      {"boolean", "x=1", R"({"x":true})"},
      {"hash", R"(x={"a":1})", R"({"x":{"a":1}})"},
      {"array", R"(x=["a",1])", R"({"x":["a",1]})"},
      {"array", "x=a,b", R"({"x":["a","b"]})"},
  };
  for (const auto& [type, word, expected] : table) {
    EXPECT_EQ(typed(taking(type), word), expected) << type << " " << word;
  }
}

TEST(InputWords, ThatDoNotFitTheirTypeAreNamedWithTheRule)
{
  for (const auto& [type, word] : std::vector<std::pair<std::string, std::string>>{
           {"integer", "x=five"},
           {"integer", "x=2.5"},
           {"integer", "x="},
           {"number", "x=1e"},
           {"float", "x=nan"},
           {"boolean", "x=maybe"},
           {"hash", "x=[]"},
           {"hash", "x={"},
           {"array", "x=[1"}}) {
    EXPECT_THAT(typed(taking(type), word), HasSubstr("input x: expected")) << type << " " << word;
  }
}

TEST(InputWords, WithoutANameOrWithAnUnknownOneListTheInputsThereAre)
{
  const auto action = taking("string");
  EXPECT_THAT(typed(action, "nginx"), HasSubstr("name=value; action act takes: x"));
  EXPECT_THAT(typed(action, "=nginx"), HasSubstr("name=value"));
  EXPECT_THAT(typed(action, "y=1"), HasSubstr("there is no such input; action act takes: x"));
  EXPECT_THAT(typed(action_with(R"("display":"ok")"), "y=1"), HasSubstr("takes no inputs"));
  EXPECT_THAT(inputs_from_words(action, {"x=1", "x=2"}).error().message, HasSubstr("twice"));
}

TEST(Inputs, AreMissingUnlessTheyAreOptionalOrHaveADefault)
{
  const auto missing = complete_inputs(taking("string"), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, InputFault::Kind::missing);
  EXPECT_EQ(missing.error().message, "input x is missing: a string");
  EXPECT_TRUE(complete_inputs(taking("string", R"(, "optional": true)"), {})->empty());
  EXPECT_EQ(complete_inputs(taking("integer", R"(, "default": 7)"), {})->at("x").as_int64(), 7);
}

TEST(Inputs, OfEveryTypeAreChecked)
{
  const std::vector<std::tuple<std::string, std::string, bool>> table{
      {"string", R"("a")", true},
      {"string", "1", false},
      {"integer", "-1", true},
      {"integer", "1.5", false},
      {"integer", R"("1")", false},
      {"float", "1.5", true},
      {"number", "1", true},
      {"number", "true", false},
      {"boolean", "false", true},
      {"boolean", "0", false},
      {"hash", "{}", true},
      {"hash", "[]", false},
      {"array", "[]", true},
      {"array", "{}", false},
      {"string", "null", false},
  };
  for (const auto& [type, value, good] : table) {
    EXPECT_EQ(fault_of(taking(type), R"({"x":)" + value + "}").empty(), good) << type << " " << value;
  }
}

TEST(Inputs, OfTypeListMustBeOneOfItsWords)
{
  const auto action = taking("list", R"(, "list": ["start", "stop"])");
  EXPECT_EQ(fault_of(action, R"({"x":"stop"})"), "");
  EXPECT_EQ(fault_of(action, R"({"x":"halt"})"), "input x: expected one of start, stop");
}

TEST(Inputs, AreMeasuredInCharactersNotInBytes)
{
  const auto action = taking("string", R"(, "maxlength": 3)");
  EXPECT_EQ(fault_of(action, R"({"x":"äöü"})"), "");
  EXPECT_THAT(fault_of(action, R"({"x":"abcd"})"), HasSubstr("at most 3 characters, got 4"));
}

TEST(Inputs, HoldAgainstTheNamedValidators)
{
  const std::vector<std::tuple<std::string, std::string, bool>> table{
      {"shellsafe", "nginx-1.2 x", true},   {"shellsafe", "a;b", false},
      {"shellsafe", "a$b", false},          {"shellsafe", "a\\nb", false},
      {"ipv4address", "10.0.0.1", true},    {"ipv4address", "10.0.0.256", false},
      {"ipv4address", "::1", false},        {"ipv6address", "2001:db8::1", true},
      {"ipv6address", "10.0.0.1", false},   {"ipaddress", "10.0.0.1", true},
      {"ipaddress", "fe80::1", true},       {"ipaddress", "localhost", false},
      {"service_name", "getty@tty1", true}, {"service_name", "-x", false},
      {"service_name", "a b", false},       {"package_name", "g++-12:amd64", true},
      {"package_name", "--purge", false},   {"^[0-9]+$", "12", true},
      {"^[0-9]+$", "12a", false},           {"b", "abc", true},
  };
  for (const auto& [validation, value, good] : table) {
    const auto action = taking("string", R"(, "validation": ")" + validation + "\"");
    EXPECT_EQ(fault_of(action, R"({"x":")" + value + "\"}").empty(), good) << validation << " " << value;
  }
}

TEST(Inputs, ThatAreNotInTheDdlAreRefused)
{
  EXPECT_THAT(
      fault_of(taking("string"), R"({"x":"a","bogus":1})"), HasSubstr("input bogus: there is no such input"));
}

TEST(Outputs, ThatAreOpenGetTheirDefaults)
{
  const auto action = action_with(R"("output": {"code": {"default": 3}, "text": {}})");
  auto data = object("{}");
  complete_outputs(action, data);
  EXPECT_EQ(json::serialize(data), R"({"code":3})");
  data["code"] = 0;
  complete_outputs(action, data);
  EXPECT_EQ(data.at("code").as_int64(), 0);
}

}  // namespace
}  // namespace muster::ddl
