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

// A picture in which everything is called so.
Expected<std::string> drawn(const std::string& name)
{
  const test::TemporaryDirectory folder;
  DrawnSeries series;
  series.file = folder.path("a:b.rrd");
  series.data_source = "a";
  series.color = "3b82c4";
  series.label = name;
  const DataSource source{"a", SeriesKind::gauge, 180s, {}};
  EXPECT_TRUE(create_rrd(series.file, {source}, small_archives(), start - 1min));
  Drawing drawing;
  drawing.title = name;
  drawing.unit = name;
  drawing.from = start;
  drawing.to = start + 1h;
  drawing.levels = {{5, "d9a400", name}, {7, "d03535", name}};
  drawing.series = {series};
  return draw(drawing);
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
    const auto picture = drawn(name);
    ASSERT_TRUE(picture) << name << ": " << picture.error().message;
    EXPECT_THAT(*picture, HasSubstr("</svg>")) << name;
    EXPECT_THAT(*picture, Not(HasSubstr("<b>"))) << name;
  }
}

}  // namespace muster::collector
