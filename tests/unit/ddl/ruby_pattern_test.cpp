// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_pattern.hpp"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/pattern.hpp"

namespace muster::ddl {

namespace {

using testing::HasSubstr;

std::string translated(std::string_view pattern, std::string_view flags = "")
{
  const auto result = translate_ruby_pattern(pattern, flags);
  return result ? result->text : "refused: " + result.error().message;
}

bool finds(std::string_view pattern, std::string_view text, std::string_view flags = "")
{
  return Pattern::compile(translated(pattern, flags)).value().found_in(text);
}

TEST(RubyPattern, LeavesAloneWhatMeansTheSame)
{
  for (const auto* pattern :
       {R"(\A[a-zA-Z0-9_-]+\z)",
        "^(one|two)?$",
        "a{2}b{2,}c{2,3}d*?",
        R"([^\d\w]\.\+\/?)",
        "(?:a|b)",
        "(?i:a)b",
        "[a-z.-]",
        "[-a]",
        R"(\p{L}+)",
        "x}]"}) {
    EXPECT_EQ(
        translated(pattern), pattern == std::string{R"([^\d\w]\.\+\/?)"} ? R"([^\d\w]\.\+/?)" : pattern);
  }
}

TEST(RubyPattern, WritesWhatIsCalledOtherwiseAsRe2DoesIt)
{
  const std::vector<std::pair<const char*, const char*>> cases{
      {R"(a\Z)", R"(a(?:\n?\z))"},
      {R"(\h\H)", "[0-9a-fA-F][^0-9a-fA-F]"},
      {R"([\h:]+)", "[0-9a-fA-F:]+"},
      {R"(\s)", R"([\t\n\v\f\r ])"},
      {R"([^\s,])", R"([^\t\n\v\f\r ,])"},
      {R"([\s-x])", R"([\t\n\v\f\r \-x])"},
      {"a{,3}", "a{0,3}"},
      {"a{x}{,}", R"(a\{x}\{,})"},
      {"(?<word>a)", "(a)"},
      {"(?m:.)", "(?s:.)"},
      {"(?i-m:.)", "(?i-s:.)"},
      {R"(\Qa\E\y)", "QaEy"},
      {R"(\e\x41\u00e9\u{1F600})", R"(\x1b\x{41}\x{00e9}\x{1F600})"},
      {R"([\b])", R"([\x08])"},
      {"[]a]", R"([\]a])"},
      {R"(\"\/\#)", R"("/#)"}};
  for (const auto& [ruby, re2] : cases) {
    EXPECT_EQ(translated(ruby), re2);
  }
}

TEST(RubyPattern, TakesFlagsOver)
{
  EXPECT_EQ(translated("a.", "imo"), "(?is)a.");
  EXPECT_TRUE(finds("A.b", "a\nB", "im"));
  EXPECT_FALSE(finds("a.b", "a\nb"));
  EXPECT_THAT(translated("a b", "x"), HasSubstr("RE2 has no flag x"));
}

TEST(RubyPattern, FindsWhatRubyFinds)
{
  EXPECT_TRUE(finds(R"(\Aa+\Z)", "aa\n"));
  EXPECT_FALSE(finds(R"(\Aa+\z)", "aa\n"));
  EXPECT_TRUE(finds(R"(a\sb)", "a\vb"));
  EXPECT_FALSE(finds(R"(a\Sb)", "a\vb"));
  EXPECT_FALSE(finds(R"(a[\S]b)", "a\vb"));
  EXPECT_TRUE(finds(R"(\A[\w-.]+\z)", "a-b.c"));
  EXPECT_TRUE(finds("a{b", "a{b"));
}

TEST(RubyPattern, RefusesWhatRe2CannotDoAndSaysWhatToWrite)
{
  const std::vector<std::pair<const char*, const char*>> cases{
      {"^(?=.*x)", "cannot look ahead"},
      {"a(?!b)", "cannot look ahead"},
      {"(?<=a)b", "cannot look behind"},
      {"(?<!a)b", "cannot look behind"},
      {R"((a)\1)", "cannot refer back"},
      {R"((?<x>a)\k<x>)", "cannot refer back"},
      {"(?>a)", "no atomic groups"},
      {"a++", "no possessive quantifiers"},
      {"a{2}?", "no possessive quantifiers"},
      {"a{2}{3}", "bad repetition"},
      {"a(?i)b", "a group that RE2 does not have"},
      {"(?#note)a", "a group that RE2 does not have"},
      {"[a[bc]]", "no sets in sets"},
      {"[a-z&&[^b]]", "cannot intersect sets"},
      {R"([a-\d])", "ends in a set"},
      {R"(\K)", R"(no \K)"},
      {R"(\cA)", "control characters"},
      {R"(\xff)", "no character of its own"},
      {R"(\012)", "octal"},
      {"[a", "not closed"},
      {"a\\", "a backslash at the end"},
      {"(a", "missing )"},
      {"*a", "repetition"}};
  EXPECT_THAT(translated(std::string(4097, 'a')), HasSubstr("at most 4096 bytes"));
  for (const auto& [pattern, why] : cases) {
    EXPECT_THAT(translated(pattern), HasSubstr(why)) << pattern;
  }
}

TEST(RubyPattern, TellsWhereItPassesLess)
{
  EXPECT_TRUE(translate_ruby_pattern("^a", "")->line_anchors);
  EXPECT_TRUE(translate_ruby_pattern("a$", "")->line_anchors);
  EXPECT_FALSE(translate_ruby_pattern(R"(\A[^a$]\^\z)", "")->line_anchors);
  EXPECT_TRUE(translate_ruby_pattern("[[:alpha:]]", "")->ascii_only);
  EXPECT_TRUE(translate_ruby_pattern(R"(\ba)", "")->ascii_only);
  EXPECT_FALSE(translate_ruby_pattern(R"(\w\d)", "")->ascii_only);
}

}  // namespace

}  // namespace muster::ddl
