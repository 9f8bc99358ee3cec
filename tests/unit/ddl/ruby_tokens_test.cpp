// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_tokens.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::ddl {

namespace {

using Kind = RubyToken::Kind;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<RubyToken> tokens_of(std::string_view text)
{
  RubyReport report{"x.ddl"};
  auto tokens = ruby_tokens(text, report);
  EXPECT_FALSE(report.refused()) << report.error()->message;
  return tokens;
}

std::string refusal_of(std::string_view text)
{
  RubyReport report{"x.ddl"};
  ruby_tokens(text, report);
  return report.refused() ? report.error()->message : "";
}

std::string only_text(std::string_view text)
{
  const auto tokens = tokens_of(text);
  return tokens.size() == 3 ? tokens.front().text : "not one token";
}

TEST(RubyTokens, KnowWhereTheyStandInCharacters)
{
  const auto tokens = tokens_of("a \"\xc3\xa9\xc3\xa9\" b\n  :c");
  EXPECT_EQ(tokens[2].text, "b");
  EXPECT_EQ(tokens[2].place.column, 8U);
  EXPECT_EQ(tokens[4].place.line, 2U);
  EXPECT_EQ(tokens[4].place.column, 3U);
}

TEST(RubyTokens, ReadQuotesAsRubyDoes)
{
  EXPECT_EQ(only_text(R"('it\'s \n \\ #{x}')"), R"(it's \n \ #{x})");
  EXPECT_EQ(
      only_text(R"("a\tb\u00e9\u{e9}\x41\101\s\q\"")"),
      "a\tb\xc3\xa9\xc3\xa9"
      "AA q\"");
  EXPECT_EQ(only_text("%q(one (two) three)"), "one (two) three");
  EXPECT_EQ(only_text("%Q[a\\n]"), "a\n");
  EXPECT_EQ(only_text("%{plain}"), "plain");
  EXPECT_EQ(only_text("\"one \\\n two\""), "one  two");
  EXPECT_EQ(only_text(":\"a b\""), "a b");
}

TEST(RubyTokens, KeepPatternsAsTheyStand)
{
  const auto tokens = tokens_of(R"(/a\/[b\]]/im %r{c\d{2}})");
  EXPECT_EQ(tokens[0].text, R"(a\/[b\]])");
  EXPECT_EQ(tokens[0].flags, "im");
  EXPECT_EQ(tokens[1].text, R"(c\d{2})");
}

TEST(RubyTokens, ReadNumbers)
{
  const auto tokens = tokens_of("-5 1_000 1.5 -2e3 0");
  EXPECT_EQ(tokens[0].integer, -5);
  EXPECT_EQ(tokens[1].integer, 1000);
  EXPECT_EQ(tokens[2].floating, 1.5);
  EXPECT_EQ(tokens[3].floating, -2000.0);
  EXPECT_EQ(tokens[4].integer, 0);
}

TEST(RubyTokens, WriteListsOfWordsAsTheListsThatTheyAre)
{
  const auto tokens = tokens_of("%w[a b]");
  ASSERT_EQ(tokens.size(), 8U);
  EXPECT_TRUE(tokens[0].is("["));
  EXPECT_EQ(tokens[1].kind, Kind::text);
  EXPECT_EQ(tokens[3].text, "b");
  EXPECT_EQ(tokens_of("%i(a)")[1].kind, Kind::symbol);
}

TEST(RubyTokens, PassOverCommentsAndWhatStandsBehindTheEnd)
{
  const auto tokens = tokens_of("\xef\xbb\xbf# one\n=begin\naction `x`\n=end\nb # two\n__END__\n`c`");
  ASSERT_EQ(tokens.size(), 5U);
  EXPECT_EQ(tokens[1].text, "b");
  EXPECT_EQ(tokens[1].place.line, 5U);
}

TEST(RubyTokens, LinesGoOnBehindABackslash)
{
  EXPECT_EQ(tokens_of("\"a\" \\\n \"b\" \\\r\n \"c\"").size(), 5U);
}

TEST(RubyTokens, RefuseWhatWouldHaveToBeEvaluated)
{
  const std::vector<std::pair<const char*, const char*>> cases{
      {"\n  \"a#{`id`}\"", "x.ddl:2:5: found an interpolation, #{...}: nothing is evaluated"},
      {"/a#{b}/", "an interpolation"},
      {"\"#@a\"", "an interpolation"},
      {"`id`", "x.ddl:1:1: found '`', a command, which is never run"},
      {"%x(id)", "x.ddl:1:1: found '%'"},
      {"@a", "a variable"},
      {"$stdout", "a variable"},
      {"a.b", "a method call"},
      {"a = 1", "an assignment"},
      {"usage <<-TEXT\nx\nTEXT", "x.ddl:1:7: found '<<', a heredoc"},
      {"A::B", "found ':'"},
      {"a ? b : c", "found '?'"},
      {"do |x|", "found '|'"},
      {"0755", "octal"},
      {"99999999999999999999", "none of 64 bits"},
      {"1e999", "none of 64 bits"},
      {"0x1f", "none of 64 bits"},
      {"12ab", "none of 64 bits"},
      {"\"\\xff\"", "no character of its own"},
      {"\"\\u{110000}\"", "no character of its own"},
      {"\"\\u{41 42}\"", "one character"},
      {"\"\\C-a\"", "a control character"}};
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(refusal_of(text), HasSubstr(why)) << text;
  }
}

TEST(RubyTokens, NameWhatIsNotClosed)
{
  EXPECT_THAT(
      refusal_of("a\n 'b"), StartsWith("x.ddl:2:2: this is not closed: write the ''' that is missing"));
  EXPECT_THAT(refusal_of("%w[a b"), HasSubstr("']' that is missing"));
  EXPECT_THAT(refusal_of("\"a\\"), HasSubstr("not closed"));
  EXPECT_THAT(refusal_of("=begin\na"), HasSubstr("write =end"));
}

TEST(RubyTokens, TakeTextAlone)
{
  EXPECT_THAT(refusal_of("ab\xff"), StartsWith("x.ddl:1:3: found a byte that belongs to no character"));
  EXPECT_THAT(refusal_of(std::string_view{"a\0b", 3}), HasSubstr("belongs to no character"));
}

TEST(RubyTokens, AreBounded)
{
  EXPECT_THAT(refusal_of(std::string(largest_ruby_ddl + 1, ' ')), HasSubstr("at most 262144 bytes"));
  std::string many;
  for (std::size_t i = 0; i <= most_ruby_tokens; ++i) {
    many += "a ";
  }
  EXPECT_THAT(refusal_of(many), HasSubstr("more than 32768 words and signs"));
}

}  // namespace

}  // namespace muster::ddl
