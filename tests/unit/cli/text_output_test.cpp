// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/columns.hpp"
#include "cli/output/text_style.hpp"
#include "cli/output/time_text.hpp"

namespace muster::cli {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds start{1795374991042ms};

}  // namespace

TEST(TimeText, IsIso8601WithTheOffset)
{
  EXPECT_EQ(iso_8601(start, 0min), "2026-11-22T19:16:31+00:00");
  EXPECT_EQ(iso_8601(start, 60min), "2026-11-22T20:16:31+01:00");
  EXPECT_EQ(iso_8601(start, 345min), "2026-11-23T01:01:31+05:45");
  EXPECT_EQ(iso_8601(start, -210min), "2026-11-22T15:46:31-03:30");
  EXPECT_EQ(iso_8601(start, Zone::utc), "2026-11-22T19:16:31+00:00");
  EXPECT_EQ(iso_8601_precise(start, Zone::utc), "2026-11-22T19:16:31.042+00:00");
}

TEST(TimeText, ShowsTimesThatNoCalendarHoldsAsTheNearestThatItDoes)
{
  EXPECT_EQ(iso_8601(Milliseconds::max(), 0min).substr(0, 10), "9999-12-30");
  EXPECT_EQ(iso_8601(Milliseconds::min(), 0min).substr(0, 10), "0001-01-02");
  EXPECT_EQ(iso_8601_precise(Milliseconds::max(), Zone::local).substr(0, 4), "9999");
}

TEST(TimeText, TellsAgesInOneUnit)
{
  EXPECT_EQ(age_text(-5s), "0 s");
  EXPECT_EQ(age_text(59s), "59 s");
  EXPECT_EQ(age_text(60s), "1 min");
  EXPECT_EQ(age_text(59min + 59s), "59 min");
  EXPECT_EQ(age_text(1h), "1 h");
  EXPECT_EQ(age_text(47h), "1 d");
  EXPECT_EQ(age_text(50h), "2 d");
}

TEST(TimeText, TellsDurationsInMillisecondsAndLongOnesInSeconds)
{
  EXPECT_EQ(duration_text(-1us), "0.00 ms");
  EXPECT_EQ(duration_text(439980us), "439.98 ms");
  EXPECT_EQ(duration_text(4995us), "5.00 ms");
  EXPECT_EQ(duration_text(9999990us), "9999.99 ms");
  EXPECT_EQ(duration_text(10s), "10.0 s");
  EXPECT_EQ(duration_text(12345678us), "12.3 s");
}

TEST(Columns, StandThreeToALineAsInMCollective)
{
  EXPECT_EQ(
      in_columns({"a", "b", "c", "d"}, 0),
      R"(    a                              b                              c
    d
)");
  EXPECT_EQ(in_columns({}, 0), "");
}

TEST(Columns, AreAsWideAsTheLongestEntry)
{
  const std::string name = "node07.a-rather-long-subdomain.example.net";
  EXPECT_EQ(in_columns({name, "b", "c"}, 0), "    " + name + " b\n    c\n");
}

TEST(Columns, FitTheTerminal)
{
  // Two fields of 30 columns take 4 + 30 + 1 + 30.
  EXPECT_EQ(in_columns({"a", "b", "c"}, 65), "    a                              b\n    c\n");
  EXPECT_EQ(in_columns({"a", "b"}, 64), "    a\n    b\n");
  EXPECT_EQ(in_columns({"a", "b"}, 1), "    a\n    b\n");
}

TEST(Columns, CountWideCharactersAsTwo)
{
  EXPECT_EQ(padded("é", 3), "é  ");
  EXPECT_EQ(padded("日本", 5), "日本 ");
  EXPECT_EQ(padded("longer", 3), "longer");
}

TEST(IndentedText, HasNoTrailingBlanksAndNoEmptyEnds)
{
  EXPECT_EQ(indented(" \n\t \n"), "");
  EXPECT_EQ(indented(""), "");
  EXPECT_EQ(indented("\na  \n\nb\r\n"), "    a\n\n    b\n");
}

TEST(TextStyle, WritesNoSequencesWithoutColours)
{
  EXPECT_EQ(TextStyle{}.red("x"), "x");
  EXPECT_EQ(TextStyle{true}.red("x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(TextStyle{true}.red(""), "");
}

}  // namespace muster::cli
