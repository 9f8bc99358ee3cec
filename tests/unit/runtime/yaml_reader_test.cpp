// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/yaml_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster::runtime {

namespace {

std::string error_of(std::string_view text, const YamlLimits& limits = {})
{
  const auto document = read_yaml("f.yaml", text, limits);
  return document ? "no error" : document.error().message;
}

std::string repeated(const std::string& text, std::size_t times)
{
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

}  // namespace

TEST(YamlReader, KeepsOrderTextQuotesAndPlacesOfADocument)
{
  const auto document = read_yaml("f.yaml", "---\nb: 10\na: '10'\nlist:\n  - x\n  - {y: ~}\n");
  ASSERT_TRUE(document) << document.error().message;
  const auto& root = document->root;
  ASSERT_EQ(root.members.size(), 3U);
  EXPECT_EQ(root.members[0].key, "b");
  EXPECT_EQ(root.members[0].line, 2);
  EXPECT_EQ(root.members[0].column, 1);
  EXPECT_EQ(root.members[0].value.text, "10");
  EXPECT_FALSE(root.members[0].value.quoted);
  EXPECT_TRUE(root.members[1].value.quoted);
  const auto* list = root.member("list");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0].line, 5);
  EXPECT_EQ(list->items[0].column, 5);
  EXPECT_EQ(list->items[1].member("y")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.member("none"), nullptr);
}

TEST(YamlReader, ReadsJson)
{
  const auto document = read_yaml("f.json", R"({"a": {"b": [1, "two", true]}})");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->root.member("a")->member("b")->items[1].text, "two");
  EXPECT_TRUE(document->root.member("a")->member("b")->items[1].quoted);
}

TEST(YamlReader, FindsNothingInAnEmptyFile)
{
  for (const auto* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const auto document = read_yaml("f.yaml", text);
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(document->root.kind, YamlNode::Kind::null) << text;
  }
}

TEST(YamlReader, SaysWhereTheGrammarIsBroken)
{
  EXPECT_EQ(error_of("a: 1\nb: [1, 2\n").substr(0, 9), "f.yaml:3:");
  EXPECT_EQ(error_of("a: 1\n\tb: 2\n").substr(0, 9), "f.yaml:2:");
}

TEST(YamlReader, RefusesQuotesThatDoNotCloseInsteadOfSwallowingTheRest)
{
  EXPECT_EQ(error_of("a: 'x\nb: y\n"), "f.yaml:1:4: expected a closing quote");
  EXPECT_EQ(error_of("a: 1\nb: \"x\\\"\nc: y\n"), "f.yaml:2:4: expected a closing quote");
  EXPECT_EQ(error_of("a: &x 'it''s\nb: y\n"), "f.yaml:1:4: expected a closing quote");
  EXPECT_EQ(
      error_of("\xef\xbb\xbf"
               "a: '1\n  b'\nc: y\n"),
      "no error");
  EXPECT_EQ(error_of("a: 'it''s'\nb: \"x\\\\\"\nc: &c \"\"\nd: |\n  it's\ne: it's\n"), "no error");
}

TEST(YamlReader, RefusesAKeyThatIsThereTwice)
{
  EXPECT_EQ(
      error_of("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: expected another key: this one is already in line 1");
}

TEST(YamlReader, RefusesKeysThatAreNoWords)
{
  EXPECT_EQ(error_of("? [a]\n: b\n"), "f.yaml:1:3: expected a word as a key");
  EXPECT_EQ(error_of("{a: 1}: b\n"), "f.yaml:1:1: expected a word as a key");
  EXPECT_EQ(error_of("~: b\n"), "f.yaml:1:1: expected a word as a key");
}

TEST(YamlReader, RefusesASecondDocument)
{
  EXPECT_NE(error_of("a: 1\n---\nb: 2\n").find("only one document"), std::string::npos);
}

TEST(YamlReader, RefusesWhatIsNoUtf8AndSaysWhere)
{
  EXPECT_EQ(error_of("a: 1\nb: x\xff\n"), "f.yaml:2:5: expected UTF-8 text");
  EXPECT_EQ(error_of("a: \xc0\xaf\n"), "f.yaml:1:4: expected UTF-8 text");
  EXPECT_EQ(error_of("a: \xed\xa0\x80\n"), "f.yaml:1:4: expected UTF-8 text");
  EXPECT_EQ(error_of(std::string_view{"a\0b", 3}), "f.yaml:1:2: expected text, not a zero byte");
  EXPECT_EQ(error_of("a: \xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\n"), "no error");
}

TEST(YamlReader, WritesAliasesOut)
{
  const auto document = read_yaml("f.yaml", "a: &x [1, 2]\nb: *x\n");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->root.member("b")->items.size(), 2U);
}

TEST(YamlReader, StopsABillionLaughsBeforeTheyAreBuilt)
{
  std::string text = "a0: &a0 [lol]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before + ", ", 9) +
            before + "]\n";
  }
  EXPECT_NE(error_of(text).find("expected at most 50000 values"), std::string::npos) << error_of(text);
}

TEST(YamlReader, CountsTheBytesThatAliasesRepeat)
{
  const auto text = "a: &a " + std::string(1000, 'x') + "\nb: [" + repeated("*a, ", 20) + "*a]\n";
  EXPECT_EQ(error_of(text), "no error");
  EXPECT_NE(error_of(text, {.bytes = 5000}).find("expected at most 5000 bytes, aliases"), std::string::npos);
}

TEST(YamlReader, CountsTheDepthThatAliasesAdd)
{
  EXPECT_EQ(error_of("a: &a [[[x]]]\nb: [*a]\n", {.depth = 5}), "no error");
  EXPECT_NE(error_of("a: &a [[[x]]]\nb: [[*a]]\n", {.depth = 5}).find("at most 5 levels"), std::string::npos);
}

TEST(YamlReader, RefusesAnAliasOfItself)
{
  EXPECT_EQ(error_of("a: &a [1, *a]\n"), "f.yaml:1:11: expected a value: this alias contains itself");
}

TEST(YamlReader, StopsAtItsDepthInFlowAndBlockStyle)
{
  EXPECT_EQ(error_of(repeated("[", 16) + repeated("]", 16)), "no error");
  EXPECT_NE(error_of(repeated("[", 17) + repeated("]", 17)).find("at most 16 levels"), std::string::npos);
  EXPECT_NE(error_of(repeated("- ", 100'000)).find("at most 16 levels"), std::string::npos);
  EXPECT_NE(error_of(repeated("[", 100'000)), "no error");
  EXPECT_EQ(error_of(repeated("{a: ", 100'001)), "f.yaml: expected at most 50000 values");
}

TEST(YamlReader, StopsAtItsSize)
{
  EXPECT_EQ(error_of("abcdef", {.bytes = 5}), "f.yaml: expected at most 5 bytes");
  EXPECT_NE(error_of("[a, b, c]", {.nodes = 3}).find("at most 3 values"), std::string::npos);
  EXPECT_EQ(error_of("[a, b, c]", {.nodes = 4}), "no error");
}

}  // namespace muster::runtime
