// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/sendable.hpp"

#include <limits>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace muster::protocol {

namespace {

constexpr std::size_t plenty = largest_encoded;

json::object object_of(const std::string& text)
{
  return json::parse(text).as_object();
}

std::string text_at(const json::object& object, std::string_view name)
{
  return std::string{std::string_view{object.at(name).as_string()}};
}

// The rules that every reader holds us to.
void expect_readable(const json::object& object)
{
  const auto read = parse_object(json::serialize(object));
  EXPECT_TRUE(read) << read.error().message;
}

}  // namespace

TEST(SendableMessage, IsLeftAsItIsWhenItFits)
{
  const auto before = object_of(R"({"a":"text","b":[1,2.5,true,null],"c":{"d":"größer"}})");
  auto object = before;
  EXPECT_TRUE(make_sendable(object, plenty));
  EXPECT_EQ(object, before);
}

TEST(SendableMessage, HasItsLongestTextsCutAsLittleAsNeeded)
{
  json::object object;
  object["short"] = "kept as it is";
  object["long"] = std::string(5000, 'a');
  object["longer"] = std::string(9000, 'b');
  EXPECT_TRUE(make_sendable(object, 8000));
  EXPECT_EQ(text_at(object, "short"), "kept as it is");
  EXPECT_TRUE(text_at(object, "long").ends_with("a … [cut]"));
  EXPECT_TRUE(text_at(object, "longer").ends_with("b … [cut]"));
  const auto size = json::serialize(object).size();
  EXPECT_LE(size, 8000U);
  EXPECT_GT(size, 7990U);
}

TEST(SendableMessage, LeavesTextsAloneThatAreShorterThanTheRest)
{
  json::object object;
  object["middle"] = std::string(1000, 'a');
  object["long"] = std::string(90'000, 'b');
  EXPECT_TRUE(make_sendable(object, 8000));
  EXPECT_EQ(text_at(object, "middle"), std::string(1000, 'a'));
}

TEST(SendableMessage, CountsEscapesNotBytes)
{
  json::object object;
  object["control"] = std::string(4000, '\x01');  // \u0001: six bytes each
  object["quotes"] = std::string(4000, '"');
  EXPECT_TRUE(make_sendable(object, 10'000));
  EXPECT_LE(json::serialize(object).size(), 10'000U);
  EXPECT_GT(json::serialize(object).size(), 9900U);
}

TEST(SendableMessage, IsCutBetweenCharacters)
{
  json::object object;
  std::string euros;
  for (int count = 0; count < 3000; ++count) {
    euros += "€";
  }
  for (std::size_t most = 1000; most < 1010; ++most) {
    object["text"] = euros;
    EXPECT_TRUE(make_sendable(object, most));
    expect_readable(object);
  }
}

TEST(SendableMessage, HasNestedTextsCutToo)
{
  auto object = object_of(R"({"data":{"commands":[{"output":""},{"output":""}]}})");
  for (auto& command : object["data"].as_object()["commands"].as_array()) {
    command.as_object()["output"] = std::string(10'000, 'x');
  }
  EXPECT_TRUE(make_sendable(object, 5000));
  EXPECT_LE(json::serialize(object).size(), 5000U);
  const auto& commands = object["data"].as_object()["commands"].as_array();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0], commands[1]);
}

TEST(SendableMessage, NeverHasNamesCut)
{
  json::object object;
  const std::string name(253, 'n');
  for (const auto* key : {"id", "node", "name", "instance", "check", "command", "origin"}) {
    object[key] = name;
  }
  object["summary"] = std::string(300, 's');
  EXPECT_TRUE(make_sendable(object, 2100));
  for (const auto* key : {"id", "node", "name", "instance", "check", "command", "origin"}) {
    EXPECT_EQ(text_at(object, key), name);
  }
  EXPECT_NE(text_at(object, "summary"), std::string(300, 's'));
}

TEST(SendableMessage, HasSomethingCutThatOnlyCallsItselfAName)
{
  json::object object;
  object["command"] = std::string(10'000, 'n');
  EXPECT_TRUE(make_sendable(object, 1000));
}

TEST(SendableMessage, SaysSoWhenNoCutIsEnough)
{
  json::object object;
  object["list"] = json::array(5000, "short");
  EXPECT_FALSE(make_sendable(object, 10'000));
  object["list"] = json::array(5000, json::string(1000, 'x'));
  EXPECT_FALSE(make_sendable(object, 10'000));
}

TEST(SendableMessage, IsReadyInTimeWithManyLargeTexts)
{
  json::object object;
  object["runs"] = json::array(256, json::string(64 * 1024, 'x'));
  EXPECT_TRUE(make_sendable(object, plenty));  // 16 MiB: cutting them one by one takes minutes
  EXPECT_LE(json::serialize(object).size(), plenty);
}

TEST(SendableMessage, IsValidUtf8WhateverItWasMadeOf)
{
  json::object object;
  object["\xff key"] = "\xc3 value";
  object["list"] = json::array{"\x80"};
  EXPECT_TRUE(make_sendable(object, plenty));
  expect_readable(object);
  EXPECT_EQ(text_at(object, "\xef\xbf\xbd key"), "\xef\xbf\xbd value");
}

TEST(SendableMessage, HasNoNumbersThatJsonDoesNotHave)
{
  json::object object;
  object["nan"] = std::numeric_limits<double>::quiet_NaN();
  object["list"] = json::array{std::numeric_limits<double>::infinity(), 1.5};
  EXPECT_TRUE(make_sendable(object, plenty));
  expect_readable(object);
  EXPECT_TRUE(object["nan"].is_null());
  EXPECT_EQ(object["list"], (json::array{nullptr, 1.5}));
}

TEST(SendableMessage, IsNoDeeperThanAReaderGoes)
{
  for (std::size_t depth = deepest_nesting - 2; depth < deepest_nesting + 30; ++depth) {
    json::value value = json::array{1};
    for (std::size_t level = 1; level < depth; ++level) {
      json::array outer;
      outer.push_back(std::move(value));
      value = std::move(outer);
    }
    json::object object;
    object["deep"] = std::move(value);
    const bool fits = parse_object(json::serialize(object)).has_value();
    EXPECT_TRUE(make_sendable(object, plenty));
    expect_readable(object);
    EXPECT_NE(fits, json::serialize(object).find("too deep") != std::string::npos) << depth;
  }
}

TEST(SendableMessage, TellsHowManyMembersAreMissing)
{
  json::object object;
  json::object facts;
  for (int number = 0; number < 300; ++number) {
    facts["fact" + std::to_string(number)] = number;
  }
  object["facts"] = facts;
  EXPECT_TRUE(make_sendable(object, plenty));
  expect_readable(object);
  EXPECT_EQ(object["facts"].as_object().size(), most_members);
  EXPECT_NE(json::serialize(object).find("45 more"), std::string::npos);
}

TEST(SendableMessage, HasNoMoreElementsThanAReaderTakes)
{
  json::object object;
  object["list"] = json::array(most_elements + 1, 1);
  EXPECT_TRUE(make_sendable(object, plenty));
  expect_readable(object);
}

TEST(SendableText, IsValidAndNoLongerThanAsked)
{
  EXPECT_EQ(sendable_text("abc", 3), "abc");
  EXPECT_EQ(sendable_text("a\xff", 10), "a\xef\xbf\xbd");
  const auto cut = sendable_text(std::string(100, 'x'), 20);
  EXPECT_LE(cut.size(), 20U);
  EXPECT_TRUE(cut.ends_with("[cut]"));
}

}  // namespace muster::protocol
