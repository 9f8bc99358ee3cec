// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "libmuster/protocol/json.hpp"

namespace muster::protocol {

using namespace std::chrono_literals;

namespace {

std::string nested(std::size_t depth)
{
  std::string text = "{\"a\":1}";
  for (std::size_t level = 1; level < depth; ++level) {
    text = level % 2 == 0 ? "{\"a\":" + text + "}" : "[" + text + "]";
  }
  return text.front() == '{' ? text : "{\"a\":" + text + "}";
}

json::object object_of(const char* text)
{
  return json::parse(text).as_object();
}

void expect_error(const JsonReader& reader, const std::string& message)
{
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->code, ErrorCode::invalid_input);
  EXPECT_EQ(reader.error()->message, message);
}

}  // namespace

TEST(JsonText, IsReadUpToTheLimitOfItsSize)
{
  const std::string frame = "{\"a\":\"\"}";
  const auto text = [&](std::size_t size) {
    return "{\"a\":\"" + std::string(size - frame.size(), 'x') + "\"}";
  };
  EXPECT_TRUE(parse_object(text(largest_message)));
  const auto failed = parse_object(text(largest_message + 1));
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("larger than"), std::string::npos);
}

TEST(JsonText, IsReadUpToADepthOf16)
{
  EXPECT_TRUE(parse_object(nested(deepest_nesting - 1)));
  EXPECT_TRUE(parse_object(R"({"a":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]})"));
  EXPECT_FALSE(parse_object(R"({"a":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]})"));
  EXPECT_FALSE(parse_object("{\"a\":" + std::string(60'000, '[')));
  EXPECT_FALSE(parse_object(std::string(largest_message, '[')));
}

TEST(JsonText, HasObjectsOfUpTo256Members)
{
  const auto text = [](std::size_t count) {
    json::object members;
    for (std::size_t number = 0; number < count; ++number) {
      members["m" + std::to_string(number)] = number;
    }
    json::object object;
    object["inner"] = members;
    return json::serialize(object);
  };
  EXPECT_TRUE(parse_object(text(most_members)));
  EXPECT_FALSE(parse_object(text(most_members + 1)));
}

TEST(JsonText, HasArraysOfUpTo16384Elements)
{
  const auto text = [](std::size_t count) {
    json::object object;
    object["list"] = json::array(count, 1);
    return json::serialize(object);
  };
  EXPECT_TRUE(parse_object(text(most_elements)));
  EXPECT_FALSE(parse_object(text(most_elements + 1)));
}

TEST(JsonText, MustBeOneObjectOfValidJsonAndUtf8)
{
  for (const std::string text :
       {"",
        " ",
        "1",
        "[]",
        "null",
        "\"a\"",
        "{",
        "{}}",
        "{} {}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"\xff\":1}",
        "{\"a\":\"\n\"}",
        "\xef\xbb\xbf{}"}) {
    EXPECT_FALSE(parse_object(text)) << text;
  }
  EXPECT_FALSE(parse_object(std::string_view{"{}\0", 3}));
  EXPECT_TRUE(parse_object(" {\"a\" : \"\\u0000\xe2\x82\xac\" }\n"));
}

TEST(JsonReader, ReadsEveryTypeWithinItsLimits)
{
  const auto object = object_of(
      R"({"text":"abc","number":-5,"flag":true,"time":1500,"list":["a","b"],"inner":{"x":1},"word":"two"})");
  JsonReader reader{object, "message"};
  EXPECT_EQ(reader.string("text", 3), "abc");
  EXPECT_EQ(reader.optional_string("text", 3), "abc");
  EXPECT_EQ(reader.integer("number", -5, -5), -5);
  EXPECT_EQ(reader.optional_integer("number", -5, 0, 7), -5);
  EXPECT_TRUE(reader.optional_boolean("flag", false));
  EXPECT_EQ(reader.time("time"), Time{1500ms});
  EXPECT_EQ(reader.optional_time("time"), Time{1500ms});
  EXPECT_EQ(reader.duration("time", 1500ms), 1500ms);
  EXPECT_EQ(reader.strings("list", 2, 1), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.object("inner").at("x"), 1);
  EXPECT_EQ(reader.one_of("word", {"one", "two"}), 1U);
  EXPECT_TRUE(reader.has("text"));
  EXPECT_FALSE(reader.error());
}

TEST(JsonReader, GivesDefaultsForWhatMayBeMissing)
{
  const json::object empty;
  JsonReader reader{empty, "message"};
  EXPECT_EQ(reader.optional_string("a", 3), "");
  EXPECT_EQ(reader.optional_integer("a", 0, 3, 7), 7);
  EXPECT_TRUE(reader.optional_boolean("a", true));
  EXPECT_EQ(reader.optional_time("a"), Time{});
  EXPECT_EQ(reader.duration("a", 1ms), 0ms);
  EXPECT_TRUE(reader.strings("a", 1, 1).empty());
  EXPECT_TRUE(reader.object("a").empty());
  EXPECT_FALSE(reader.has("a"));
  EXPECT_FALSE(reader.error());
}

TEST(JsonReader, NamesThePathOfWhatIsMissingOrWrong)
{
  const auto object = object_of(R"({"n":null,"s":"abcd","i":1.5,"big":9223372036854775808,"l":["a",1]})");
  const auto error_of = [&object](auto read) {
    JsonReader reader{object, "a.b"};
    read(reader);
    return reader.error() ? reader.error()->message : "";
  };
  const auto message = [&](auto read) {
    return error_of([&read](JsonReader& r) { static_cast<void>(read(r)); });
  };
  EXPECT_EQ(message([](JsonReader& r) { return r.string("x", 3); }), "a.b.x: expected a string");
  EXPECT_EQ(
      message([](JsonReader& r) { return r.string("s", 3); }), "a.b.s: expected a string of at most 3 bytes");
  EXPECT_EQ(
      message([](JsonReader& r) { return r.optional_string("n", 3); }),
      "a.b.n: expected a string of at most 3 bytes");
  const std::string integer = ": expected an integer from 0 to 9";
  EXPECT_EQ(message([](JsonReader& r) { return r.integer("x", 0, 9); }), "a.b.x" + integer);
  EXPECT_EQ(message([](JsonReader& r) { return r.integer("i", 0, 9); }), "a.b.i" + integer);
  EXPECT_EQ(message([](JsonReader& r) { return r.integer("s", 0, 9); }), "a.b.s" + integer);
  EXPECT_EQ(message([](JsonReader& r) { return r.integer("big", 0, 9); }), "a.b.big" + integer);
  EXPECT_EQ(
      message([](JsonReader& r) { return r.optional_boolean("s", false); }), "a.b.s: expected true or false");
  EXPECT_EQ(
      message([](JsonReader& r) { return r.strings("l", 1, 9); }),
      "a.b.l: expected a list of at most 1 strings");
  EXPECT_EQ(
      message([](JsonReader& r) { return r.strings("l", 2, 9); }),
      "a.b.l: expected a string of at most 9 bytes");
  EXPECT_EQ(
      message([](JsonReader& r) { return r.strings("s", 2, 9); }),
      "a.b.s: expected a list of at most 2 strings");
  EXPECT_EQ(message([](JsonReader& r) { return r.object("s").size(); }), "a.b.s: expected an object");
  EXPECT_EQ(message([](JsonReader& r) { return r.one_of("s", {"x", "y"}); }), "a.b.s: expected one of x y");
  EXPECT_EQ(message([](JsonReader& r) { return r.one_of("z", {"x", "y"}); }), "a.b.z: expected one of x y");
}

TEST(JsonReader, TakesNoTimeBefore1970OrAfter2262)
{
  const auto object = object_of(R"({"before":-1,"last":9223372036854,"after":9223372036855})");
  JsonReader good{object, "m"};
  EXPECT_EQ(good.time("last"), Time{9'223'372'036'854ms});
  EXPECT_FALSE(good.error());
  for (const auto* name : {"before", "after"}) {
    JsonReader reader{object, "m"};
    static_cast<void>(reader.time(name));
    EXPECT_TRUE(reader.error()) << name;
  }
}

TEST(JsonReader, KeepsTheFirstError)
{
  const json::object empty;
  JsonReader reader{empty, "m"};
  static_cast<void>(reader.string("first", 1));
  static_cast<void>(reader.string("second", 1));
  reader.fail("third", "something else");
  expect_error(reader, "m.first: expected a string");
}

TEST(JsonReader, LeavesOutTheDotOfAnEmptyPath)
{
  const json::object empty;
  JsonReader reader{empty, ""};
  static_cast<void>(reader.string("first", 1));
  expect_error(reader, "first: expected a string");
}

}  // namespace muster::protocol
