// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_layout.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

std::string path_in(LayoutStyle style, std::string_view node, std::string_view check)
{
  const auto paths = history_paths({"/h", style}, node, check);
  return paths ? paths->rrd : paths.error().message;
}

std::string path(std::string_view node, std::string_view check)
{
  return path_in(LayoutStyle::muster, node, check);
}

}  // namespace

TEST(RrdLayout, PutsEachCheckIntoTheFolderOfItsNode)
{
  EXPECT_EQ(path("web1.example.org", "check_disk"), "/h/web1.example.org/check_disk.rrd");
  const auto paths = history_paths({"/h", LayoutStyle::muster}, "web1", "load");
  EXPECT_EQ(paths->sidecar, "/h/web1/load.series");
  EXPECT_TRUE(paths->pnp_xml.empty());
  EXPECT_EQ(node_folder({"/h", LayoutStyle::muster}, "web1").value(), "/h/web1");
}

TEST(RrdLayout, EncodesWhatIsNoFileName)
{
  const std::vector<std::pair<std::string, std::string>> cases{
      {"..", "/h/n/%2E..rrd"},
      {"../../etc/passwd", "/h/n/%2E.%2F..%2Fetc%2Fpasswd.rrd"},
      {"/etc", "/h/n/%2Fetc.rrd"},
      {".hidden", "/h/n/%2Ehidden.rrd"},
      {"a b", "/h/n/a%20b.rrd"},
      {"a%20b", "/h/n/a%2520b.rrd"},
      {std::string{"nul\0x", 5}, "/h/n/nul%00x.rrd"},
      {"line\nUPDATE x", "/h/n/line%0AUPDATE%20x.rrd"},
      {"caf\u00e9", "/h/n/caf%C3%A9.rrd"},
      {"a.rrd", "/h/n/a.rrd.rrd"}};
  for (const auto& [check, expected] : cases) {
    EXPECT_EQ(path("n", check), expected);
  }
}

TEST(RrdLayout, LetsNoTwoNamesMeet)
{
  const std::string long_name(200, 'a');
  const std::vector<std::string> names{
      "a b",
      "a%20b",
      "a_b",
      "A_b",
      "a/b",
      "a%2Fb",
      long_name,
      long_name + "b",
      long_name + "%",
      long_name + "/b",
      long_name + "%/b",
      std::string(400, '/')};
  std::set<std::string> paths;
  for (const auto& name : names) {
    EXPECT_TRUE(paths.insert(path("n", name)).second) << name;
  }
}

TEST(RrdLayout, KeepsEveryPartOfAPathBelowTheLimitOfFileSystems)
{
  const std::filesystem::path longest{
      path(std::string(max_history_name_bytes, '.'), std::string(max_history_name_bytes, '/'))};
  for (const auto& component : longest) {
    EXPECT_TRUE(component.string().size() <= 220 && component != ".." && component != ".") << component;
  }
  EXPECT_LT(longest.string().size(), 2500);
}

TEST(RrdLayout, RefusesNamesWithoutEndOrBeginning)
{
  EXPECT_FALSE(history_paths({"/h"}, "", "check"));
  EXPECT_FALSE(history_paths({"/h"}, "node", ""));
  EXPECT_FALSE(history_paths({"/h"}, "node", std::string(max_history_name_bytes + 1, 'x')));
}

TEST(RrdLayout, NamesFilesAsPnpDoes)
{
  const auto paths = history_paths({"/h", LayoutStyle::pnp4nagios}, "web1", "Disk C:\\ /var");
  ASSERT_TRUE(paths);
  EXPECT_EQ(paths->rrd, "/h/web1/Disk_C____var.rrd");
  EXPECT_EQ(paths->pnp_xml, "/h/web1/Disk_C____var.xml");
  EXPECT_EQ(path_in(LayoutStyle::pnp4nagios, "..", "../x"), "/h/_./_._x.rrd");
  EXPECT_EQ(naming_of(LayoutStyle::pnp4nagios), SeriesNaming::by_number);
  EXPECT_EQ(naming_of(LayoutStyle::muster), SeriesNaming::by_label);
}

}  // namespace muster::collector
