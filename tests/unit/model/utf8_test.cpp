// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster {

namespace {

using namespace std::string_view_literals;

constexpr auto bad = "\xEF\xBF\xBD"sv;  // U+FFFD

std::string bad_times(int count)
{
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += bad;
  }
  return text;
}

}  // namespace

TEST(ValidUtf8, LeavesValidTextAlone)
{
  for (const auto text :
       {""sv, "plain\ttext\n"sv, "ünï ☃ 漢字 😀"sv, "\x7F"sv, "\xF4\x8F\xBF\xBF"sv, "\xED\x9F\xBF"sv}) {
    EXPECT_EQ(to_valid_utf8(text), text);
  }
}

TEST(ValidUtf8, ReplacesNul)
{
  EXPECT_EQ(to_valid_utf8("a\0b"sv), "a" + bad_times(1) + "b");
}

TEST(ValidUtf8, ReplacesEachByteThatCannotStartASequence)
{
  EXPECT_EQ(to_valid_utf8("\x80\xBF\xFE\xFF"sv), bad_times(4));
  EXPECT_EQ(to_valid_utf8("\xC0\x80"sv), bad_times(2)) << "overlong NUL";
  EXPECT_EQ(to_valid_utf8("\xC1\xBF"sv), bad_times(2)) << "overlong";
  EXPECT_EQ(to_valid_utf8("\xF5\x80\x80\x80"sv), bad_times(4)) << "above U+10FFFF";
}

TEST(ValidUtf8, ReplacesOverlongFormsSurrogatesAndTooBigNumbersByteByByte)
{
  EXPECT_EQ(to_valid_utf8("\xE0\x80\xAF"sv), bad_times(3));
  EXPECT_EQ(to_valid_utf8("\xF0\x80\x80\xAF"sv), bad_times(4));
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"sv), bad_times(3));
  EXPECT_EQ(to_valid_utf8("\xF4\x90\x80\x80"sv), bad_times(4));
}

TEST(ValidUtf8, ReplacesACutSequenceOnceAndReadsOnAfterIt)
{
  EXPECT_EQ(to_valid_utf8("a\xE2\x98"sv), "a" + bad_times(1));
  EXPECT_EQ(to_valid_utf8("\xF0\x9F\x98|"sv), bad_times(1) + "|");
  EXPECT_EQ(to_valid_utf8("\xC3\xC3\xBC"sv), bad_times(1) + "ü");
}

TEST(ValidUtf8, TakesAMegabyteAndTriplesItAtMost)
{
  EXPECT_EQ(to_valid_utf8(std::string(1'000'000, '\xFF')).size(), 3'000'000U);
}

TEST(Utf8, WritesWhatItReads)
{
  for (const char32_t code_point :
       {0x1U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    append_utf8(text, code_point);
    const auto step = next_code_point(text);
    EXPECT_EQ(step.code_point, code_point);
    EXPECT_EQ(step.bytes, text.size());
    EXPECT_TRUE(step.valid);
  }
}

TEST(Printable, LeavesTextAndTabsAlone)
{
  for (const auto text : {""sv, "a\tb C:\\x"sv, "ünï ☃ 漢字 😀 e\u0301"sv, "עברית العربية"sv}) {
    EXPECT_EQ(printable(text, false), text);
  }
}

TEST(Printable, ShowsTerminalSequencesInsteadOfSendingThem)
{
  EXPECT_EQ(printable("\x1b[2J\x1b]0;title\x07", true), "\\x1b[2J\\x1b]0;title\\x07");
  EXPECT_EQ(printable("a\bb\x7F\0"sv, true), "a\\x08b\\x7f\\x00");
  EXPECT_EQ(
      printable(
          "\xC2\x9B"
          "31m\xC2\x80\xC2\x9F"sv,
          true),
      "\\x9b31m\\x80\\x9f")
      << "C1 controls as UTF-8";
}

TEST(Printable, ReplacesC1BytesThatAreNoUtf8)
{
  EXPECT_EQ(
      printable(
          "\x9B"
          "31m"sv,
          true),
      std::string{bad} + "31m");
}

TEST(Printable, ShowsBidirectionalControls)
{
  EXPECT_EQ(printable("\u202Ecba\u202C", false), "\\u202ecba\\u202c");
  EXPECT_EQ(printable("\u2066\u2069\u200E\u200F\u061C", false), "\\u2066\\u2069\\u200e\\u200f\\u061c");
}

TEST(Printable, ShowsWhatHasNoWidthAndWhatBreaksLines)
{
  EXPECT_EQ(printable("a\u200Bb\u2060c\uFEFF", false), "a\\u200bb\\u2060c\\ufeff");
  EXPECT_EQ(printable("\u2028\u2029\u0085", true), "\\u2028\\u2029\\x85");
  EXPECT_EQ(printable("\U000E0041", true), "\\U000e0041");
}

TEST(Printable, KeepsLineFeedsOnlyIfAsked)
{
  EXPECT_EQ(printable("a\nb\n", true), "a\nb\n");
  EXPECT_EQ(printable("a\nb\n", false), "a\\nb\\n");
}

TEST(Printable, DropsACarriageReturnOnlyBeforeAKeptLineFeed)
{
  EXPECT_EQ(printable("a\r\nb\rc\r", true), "a\nb\\rc\\r");
  EXPECT_EQ(printable("a\r\n", false), "a\\r\\n");
}

TEST(Printable, IsDoneInOneGo)
{
  std::string hostile;
  for (int i = 0; i < 4096; ++i) {
    hostile += static_cast<char>(static_cast<unsigned char>(i * 37));
  }
  const auto once = printable(hostile, false);
  EXPECT_EQ(printable(once, false), once);
  EXPECT_EQ(once.find('\x1b'), std::string::npos);
}

TEST(TruncatedUtf8, IsTheTextItselfIfItFits)
{
  EXPECT_EQ(truncate_utf8("abc", 3, "..."), "abc");
  EXPECT_EQ(truncate_utf8("", 0, "..."), "");
}

TEST(TruncatedUtf8, EndsWithTheMarkWithinTheLimit)
{
  EXPECT_EQ(truncate_utf8("abcdefgh", 6, "..."), "abc...");
  EXPECT_EQ(truncate_utf8("abcdefgh", 3, "..."), "...");
}

TEST(TruncatedUtf8, NeverCutsACharacter)
{
  EXPECT_EQ(truncate_utf8("aü☃😀", 2, ""), "a");
  EXPECT_EQ(truncate_utf8("aü☃😀", 3, ""), "aü");
  EXPECT_EQ(truncate_utf8("aü☃😀", 9, ""), "aü☃");
}

TEST(TruncatedUtf8, IsValidWithinEveryLimit)
{
  for (std::size_t bytes = 0; bytes <= 10; ++bytes) {
    const auto cut = truncate_utf8("aü☃😀", bytes, "~");
    EXPECT_LE(cut.size(), bytes);
    EXPECT_EQ(to_valid_utf8(cut), cut);
  }
}

TEST(TruncatedUtf8, LeavesOutAMarkThatDoesNotFit)
{
  EXPECT_EQ(truncate_utf8("abcdefgh", 2, "..."), "ab");
  EXPECT_EQ(truncate_utf8("abcdefgh", 0, "..."), "");
}

TEST(TruncatedUtf8, DoesNotWalkBackOverTextThatIsNoUtf8)
{
  EXPECT_EQ(truncate_utf8(std::string(100, '\x80'), 50, "").size(), 47U);
}

TEST(DisplayWidth, CountsColumnsNotBytes)
{
  EXPECT_EQ(display_width("web1"), 4U);
  EXPECT_EQ(display_width("ünï"), 3U);
}

TEST(DisplayWidth, IsTwoForEastAsianWideCharactersAndEmoji)
{
  EXPECT_EQ(display_width("漢字"), 4U);
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("ｶﾅ"), 2U) << "half width";
}

TEST(DisplayWidth, IsZeroForWhatTakesNoColumn)
{
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("e\u0301"), 1U) << "combining";
  EXPECT_EQ(display_width("\u200B\x1b"), 0U);
}

TEST(DisplayWidth, IsThatOfTheReplacementForAnInvalidByte)
{
  EXPECT_EQ(display_width("\xFF"), 1U);
}

}  // namespace muster
