// SPDX-License-Identifier: Apache-2.0
#include "collector/history/series_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using testing::HasSubstr;
using testing::Not;

SeriesNotes notes_of(std::string_view perfdata)
{
  SeriesTable table{SeriesNaming::by_label};
  table.take_in(readings_of(parse_perfdata(perfdata)));
  return {"web1", "check\tdisk%\n", table.series()};
}

}  // namespace

TEST(SeriesNotes, AreReadAsTheyAreWritten)
{
  const auto notes = notes_of("/var=1MB;~:5;@1:2;0;10 'a\tb'=2c time=0.1s;;;-1 'x%09y'=1 plain=3");
  const auto read = parse_notes(format_notes(notes));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, notes);
}

TEST(SeriesNotes, AreTextForPeople)
{
  EXPECT_THAT(
      format_notes({"web1", "disk", notes_of("used=1KB;1;2;0;3").series}),
      testing::StrEq("muster-series 1\nnode\tweb1\ncheck\tdisk\n"
                     "series\tused\tGAUGE\tB\t1024\t2048\t0\t3072\tused\n"));
}

TEST(SeriesNotes, KeepHostileLabelsOnTheirLine)
{
  auto notes = notes_of("a=1");
  notes.series[0].label = "\nseries\tevil\x1b[2J\x7f";
  const auto text = format_notes(notes);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_EQ(parse_notes(text).value(), notes);
}

TEST(SeriesNotes, LeaveOutLinesThatCannotBeRead)
{
  const auto read = parse_notes(
      "muster-series 1\nnode\tweb1\nseries\tx\nseries\t\tGAUGE\t\t\t\t\t\tnameless\n"
      "later\tkind\nseries\tok\tGAUGE\t\twrong\t\t\tnan\tlabel%4");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->series.size(), 1);
  EXPECT_EQ(read->series[0].label, "label%4");
  EXPECT_FALSE(read->series[0].max);
}

TEST(SeriesNotes, FailOnWhatIsNone)
{
  EXPECT_FALSE(parse_notes(""));
  EXPECT_FALSE(parse_notes(std::string(10, '\0')));
}

TEST(SeriesNotes, TellPnpWhatItDraws)
{
  const SeriesNotes notes{"web1", "ping", notes_of("'<r/t a>'=5ms;10;20:30;0 loss=0%;@50").series};
  const auto xml = format_pnp_xml(notes, "/h/web1/ping.rrd", std::chrono::seconds{660});
  EXPECT_THAT(xml, HasSubstr("<LABEL>&lt;r/t a&gt;</LABEL>"));
  EXPECT_THAT(xml, HasSubstr("<NAME>&lt;r_t_a&gt;</NAME>"));
  EXPECT_THAT(xml, HasSubstr("<WARN>0.01</WARN>"));
  EXPECT_THAT(xml, HasSubstr("<CRIT_MIN>0.02</CRIT_MIN>"));
  EXPECT_THAT(xml, HasSubstr("<WARN_RANGE_TYPE>inside</WARN_RANGE_TYPE>"));
  EXPECT_THAT(xml, HasSubstr("<UNIT>%%</UNIT>"));
  EXPECT_THAT(xml, HasSubstr("<RRDFILE>/h/web1/ping.rrd</RRDFILE>"));
}

}  // namespace muster::collector
