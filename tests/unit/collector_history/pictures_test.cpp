// SPDX-License-Identifier: Apache-2.0
#include "collector/history/pictures.hpp"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/history/series_notes.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::collector {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Words = std::vector<std::string>;

// What would be drawn of a check that printed this perfdata; only the sidecar is read for that.
Expected<Drawing> picture(std::string_view perfdata, const std::string& label = "")
{
  const test::TemporaryDirectory folder;
  const RrdLayout layout{folder.path("."), LayoutStyle::muster};
  const auto paths = history_paths(layout, "web1", "check");
  std::filesystem::create_directories(std::filesystem::path{paths->rrd}.parent_path());
  SeriesTable table{SeriesNaming::by_label};
  table.take_in(readings_of(parse_perfdata(perfdata)));
  std::ofstream{paths->sidecar} << format_notes({"web1", "check", table.series()});
  std::ofstream{paths->rrd} << "is there";
  PictureQuery query;
  query.node = "web1";
  query.check = "check";
  query.label = label;
  return picture_of(layout, query);
}

Words labels_of(const Drawing& drawing)
{
  Words labels;
  for (const auto& series : drawing.series) {
    labels.push_back(series.label);
  }
  return labels;
}

Words levels_of(const Drawing& drawing)
{
  Words levels;
  for (const auto& level : drawing.levels) {
    levels.push_back(level.label);
  }
  return levels;
}

constexpr std::string_view ping = "rta=12ms;100;500;0 pl=0%;5;10;0;100 rtmax=15ms";

}  // namespace

TEST(Pictures, HaveOneUnitEach)
{
  const auto times = picture(ping);
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_THAT(labels_of(*times), ElementsAre("rta", "rtmax"));
  EXPECT_EQ(times->unit, "s");
  EXPECT_THAT(levels_of(*times), ElementsAre("warning of rta above 0.1", "critical of rta above 0.5"));
  const auto loss = picture(ping, "pl");
  ASSERT_TRUE(loss) << loss.error().message;
  EXPECT_THAT(labels_of(*loss), ElementsAre("pl"));
  EXPECT_EQ(loss->unit, "%");
  EXPECT_THAT(levels_of(*loss), ElementsAre("warning of pl above 5", "critical of pl above 10"));
}

TEST(Pictures, NameTheValueThatIsNotThere)
{
  const auto none = picture(ping, "rtt");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_THAT(none.error().message, HasSubstr("value rtt"));
}

TEST(Pictures, KeepCountersApartFromPlainNumbers)
{
  EXPECT_EQ(picture("requests=5c workers=3")->unit, "per second");
  EXPECT_THAT(labels_of(*picture("requests=5c workers=3", "workers")), ElementsAre("workers"));
}

TEST(Pictures, DrawBothBordersOfARange)
{
  EXPECT_THAT(
      levels_of(*picture("temp=20;10:60;5:70")),
      ElementsAre(
          "warning of temp below 10",
          "warning of temp above 60",
          "critical of temp below 5",
          "critical of temp above 70"));
  EXPECT_THAT(levels_of(*picture("a=1;@3:7")), ElementsAre("warning of a from 3", "warning of a to 7"));
  EXPECT_THAT(
      levels_of(*picture("a=1;5:;~:9")), ElementsAre("warning of a below 5", "critical of a above 9"));
  EXPECT_THAT(levels_of(*picture("a=1;0:;-3")), ElementsAre("warning of a below 0")) << "-3 is no range";
}

TEST(Pictures, DrawThresholdsThatSeveralShareOnce)
{
  EXPECT_THAT(
      levels_of(*picture("/=1%;80;90 /var=2%;80;90 /srv=3%;80;95")),
      ElementsAre("warning above 80", "critical of / and 1 more above 90", "critical of /srv above 95"));
  EXPECT_THAT(
      levels_of(*picture("a=1B;12345;5000000000")),
      ElementsAre("warning of a above 12.35k", "critical of a above 5G"));
}

TEST(Pictures, SayWhatIsNotInThem)
{
  std::string many;
  for (int number = 1; number <= 20; ++number) {
    many += fmt::format("v{}=1;{} ", number, number);
  }
  const auto crowded = picture(many);
  ASSERT_TRUE(crowded) << crowded.error().message;
  EXPECT_THAT(crowded->series, SizeIs(most_drawn_series));
  EXPECT_THAT(crowded->levels, IsEmpty());
  EXPECT_THAT(
      crowded->notes, ElementsAre("4 more values are not drawn", "16 different thresholds are not drawn"));
  EXPECT_EQ(picture(many, "v20")->series.front().label, "v20") << "what was asked for is among them";
  EXPECT_THAT(picture(ping)->notes, IsEmpty());
}

}  // namespace muster::collector
