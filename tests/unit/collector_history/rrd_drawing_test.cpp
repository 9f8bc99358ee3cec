// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_drawing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/history/rrd_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds start{1'700'000'040s};  // a whole minute

// A picture of nothing, with this name, in which everything is called so.
Expected<std::string> drawn(const std::string& name, const std::string& label)
{
  const test::TemporaryDirectory folder;
  DrawnSeries series;
  series.file = folder.path("a:b.rrd");
  series.data_source = "a";
  series.color = "3b82c4";
  series.label = label;
  const DataSource source{"a", SeriesKind::gauge, 180s, {}};
  EXPECT_TRUE(create_rrd(series.file, {source}, small_archives(), start - 1min));
  Drawing drawing;
  drawing.title = name;
  drawing.unit = name;
  drawing.from = start;
  drawing.to = start + 1h;
  drawing.levels = {{5, "d9a400", label}, {7, "d03535", label}};
  drawing.series = {series};
  drawing.notes = {name, name};
  return draw(drawing);
}

// How many letters of how many fonts a drawing needs: its texts are shapes.
std::size_t letters_of(const std::string& svg)
{
  std::size_t count = 0;
  for (auto at = svg.find("id=\"glyph"); at != std::string::npos; at = svg.find("id=\"glyph", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST(RrdDrawing, TakesEveryNameThatANodeMayGive)
{
  for (const auto* name :
       {"load1",
        "C:\\",
        "a\\n",
        "\\",
        "x:y",
        "a\\:b",
        "%lf %s %n",
        "\x1b[31m",
        "<b>&\"'",
        "-",
        "--imgformat",
        ""}) {
    const auto picture = drawn(name, name);
    ASSERT_TRUE(picture) << name << ": " << picture.error().message;
    EXPECT_THAT(*picture, HasSubstr("</svg>")) << name;
    EXPECT_THAT(*picture, Not(HasSubstr("<b>"))) << name;
  }
}

// The words of the legend have an x ("max") and no n, which "-nan" would bring.
TEST(RrdDrawing, WritesNoNumberWhereNoneIsKnown)
{
  const auto without = drawn("x", "x");
  const auto with = drawn("x", "xn");
  ASSERT_TRUE(without && with);
  ASSERT_GT(letters_of(*without), 0U);
  EXPECT_GT(letters_of(*with), letters_of(*without));
}

// Text is drawn, so that only the height of the picture tells.
TEST(RrdDrawing, PutsThresholdsBelowOneAnotherThatWouldStandOutOnTheRight)
{
  const auto height_of = [](const std::string& picture) {
    const std::string member = " height=\"";
    return std::stoi(picture.substr(picture.find(member) + member.size()));
  };
  const auto short_names = drawn("x", "load1");
  const auto long_names = drawn("x", std::string(55, 'w'));
  ASSERT_TRUE(short_names && long_names);
  EXPECT_GT(height_of(*long_names), height_of(*short_names));
}

}  // namespace muster::collector
