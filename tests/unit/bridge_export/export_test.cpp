// SPDX-License-Identifier: Apache-2.0
// Who is written, what changes in a folder, and how that is shown.
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/export/export_command.hpp"
#include "nagios-bridge/export/export_folder.hpp"
#include "nagios-bridge/export/text_diff.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

fleet::NodeAccount answered(const std::string& name, protocol::json::array checks)
{
  fleet::NodeAccount node;
  node.name = name;
  node.fate = fleet::Fate::done;
  node.answer.emplace();
  node.answer->data["checks"] = std::move(checks);
  node.answer->data["left_out"] = 0;
  node.presence.emplace();
  return node;
}

fleet::NodeAccount gone(const std::string& name)
{
  fleet::NodeAccount node;
  node.name = name;
  node.fate = fleet::Fate::gone;
  node.presence.emplace();
  return node;
}

fleet::FleetReport report_of(std::vector<fleet::NodeAccount> nodes)
{
  fleet::FleetReport report;
  report.nodes = std::move(nodes);
  report.roll_call_complete = true;
  return report;
}

std::vector<std::string> names(const std::vector<ExportedNode>& nodes)
{
  std::vector<std::string> list;
  for (const auto& node : nodes) {
    list.push_back(node.name + ":" + std::to_string(node.checks.size()));
  }
  return list;
}

ExportPlan planned(
    const fleet::FleetReport& report, ExportFiles present, std::optional<Intervals> intervals = {})
{
  return plan_export({}, {}, {}, answers_in(report, {}), intervals, std::move(present));
}

std::string read(const std::filesystem::path& path)
{
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::int64_t inode(const std::filesystem::path& path)
{
  struct stat about {};

  EXPECT_EQ(0, ::stat(path.c_str(), &about));
  return static_cast<std::int64_t>(about.st_ino);
}

}  // namespace

TEST(FleetAnswers, GroupNodesByTheTextsAndClassesThatTheyAnnounce)
{
  auto node = answered("web1", {"check_b", "check_a", 7, ""});
  node.presence->facts.set("country", {std::string{"uk"}});
  node.presence->facts.set("memory", {std::int64_t{2048}});
  node.presence->classes = {"web_server"};
  const auto usual = answers_in(report_of({node}), {}).nodes.at("web1");
  EXPECT_THAT(usual.checks, ElementsAre("check_a", "check_b"));
  EXPECT_THAT(usual.groups, ElementsAre(Membership{"", "web_server"}, Membership{"country", "uk"}));
  ExportRules rules;
  rules.facts = {"memory"};
  rules.classes = false;
  EXPECT_THAT(
      answers_in(report_of({node}), rules).nodes.at("web1").groups,
      ElementsAre(Membership{"memory", "2048"}));
}

TEST(FleetAnswers, LeaveWhatWasWrittenOfNodesThatAreSilent)
{
  const auto answers = answers_in(report_of({answered("web1", {"check_a"}), gone("web2"), gone("web3")}), {});
  EXPECT_THAT(answers.notes, ElementsAre(HasSubstr("web2: is gone"), HasSubstr("web3: is gone")));
  const std::map<std::string, ExportedNode> written{
      {"web1", {"web1", {}, {"a", "b"}}}, {"web2", {"web2", {}, {"a", "b"}}}, {"web4", {"web4", {}, {}}}};
  EXPECT_THAT(names(with_written(answers, written)), ElementsAre("web1:1", "web2:2", "web3:0"));
}

TEST(FleetAnswers, ForgetNobodyIfNotAllAreKnown)
{
  auto report = report_of({answered("web1", {"check_a"})});
  report.roll_call_complete = false;
  const std::map<std::string, ExportedNode> written{{"web4", {"web4", {}, {}}}};
  EXPECT_THAT(names(with_written(answers_in(report, {}), written)), ElementsAre("web1:1", "web4:0"));
}

TEST(FleetAnswers, TellThatANodeHasMoreChecksThanItCouldTell)
{
  auto node = answered("web1", {"check_a"});
  node.answer->data["left_out"] = 12;
  EXPECT_THAT(
      answers_in(report_of({node}), {}).notes, ElementsAre("web1: has 12 checks more than it could tell"));
}

TEST(Schedules, TellHowOftenEachCheckIsRunAtLeast)
{
  const auto data = protocol::parse_object(R"({"schedules": [
    {"name": "a", "what": "check_a check_b", "every": 60000},
    {"name": "b", "what": "check_b", "every": 300500},
    {"name": "c", "what": "check_c", "every": 1000, "period": "work"},
    {"name": "d", "what": "all", "every": 900000},
    {"name": "e", "what": 7}, "f"]})");
  EXPECT_EQ((Intervals{{"", 900s}, {"check_a", 60s}, {"check_b", 301s}}), intervals_in(*data));
}

TEST(ExportPlan, IsTheSameFilesForTheSameFleet)
{
  const auto report = report_of({answered("web1", {"check_a"}), gone("web2")});
  const auto first = planned(report, {}, Intervals{{"", 60s}});
  EXPECT_THAT(
      changes_between(first.wanted, planned(report, first.wanted, Intervals{{"", 60s}}).wanted), IsEmpty());
  EXPECT_EQ(2U, first.hosts);
  EXPECT_EQ(1U, first.services);
}

TEST(ExportPlan, KeepsNodesAndIntervalsOfThoseThatAreAway)
{
  const auto before = planned(
      report_of({answered("web1", {"check_a"}), answered("web2", {"check_a"})}), {}, Intervals{{"", 60s}});
  const auto after = planned(report_of({answered("web1", {"check_a"}), gone("web2")}), before.wanted, {});
  EXPECT_EQ(before.wanted, after.wanted);
  EXPECT_THAT(after.wanted.at("nodes/web2.cfg"), HasSubstr("freshness_threshold  180"));
}

TEST(ExportPlan, TakesANodeOutThatIsForgotten)
{
  const auto before = planned(report_of({answered("web1", {}), answered("web2", {})}), {});
  const auto after = planned(report_of({answered("web1", {})}), before.wanted);
  const auto changes = changes_between(before.wanted, after.wanted);
  ASSERT_EQ(1U, changes.size());
  EXPECT_EQ("nodes/web2.cfg", changes[0].path);
  EXPECT_FALSE(changes[0].after);
}

TEST(ExportFolder, WritesWhatChangesAndNothingElse)
{
  const test::TemporaryDirectory place;
  const auto root = place.path() / "muster";
  const ExportFolder folder{root};
  const auto ours = std::string{export_marker} + "\n";
  ASSERT_THAT(folder.read(".cfg").value(), IsEmpty());
  ASSERT_TRUE(folder.apply(changes_between({}, {{"a.cfg", ours}, {"nodes/b.cfg", ours}})));
  const auto kept = inode(root / "a.cfg");
  std::ofstream{root / "nodes/own.cfg"} << "# of the site\n";
  std::ofstream{root / "nodes/b.txt"} << ours;
  const auto present = folder.read(".cfg").value();
  EXPECT_EQ((ExportFiles{{"a.cfg", ours}, {"nodes/b.cfg", ours}}), present);
  ASSERT_TRUE(folder.apply(changes_between(present, {{"a.cfg", ours}, {"nodes/c.cfg", ours}})));
  EXPECT_EQ(kept, inode(root / "a.cfg"));
  EXPECT_FALSE(std::filesystem::exists(root / "nodes/b.cfg"));
  EXPECT_TRUE(std::filesystem::exists(root / "nodes/own.cfg"));
  EXPECT_TRUE(std::filesystem::exists(root / "nodes/b.txt"));
}

TEST(ExportFolder, LetsTheMonitorInWhateverTheUmask)
{
  const test::TemporaryDirectory place;
  const auto root = place.path() / "muster";
  const auto before = ::umask(077);
  const auto done = ExportFolder{root}.apply(changes_between({}, {{"nodes/b.cfg", "x"}}));
  ::umask(before);
  ASSERT_TRUE(done);
  for (const auto& made : {root, root / "nodes"}) {
    EXPECT_EQ(std::filesystem::perms{0755}, std::filesystem::status(made).permissions()) << made;
  }
}

TEST(ExportFolder, WritesOverNothingThatIsNotItsOwn)
{
  const test::TemporaryDirectory place;
  const ExportFolder folder{place.path()};
  std::ofstream{place.path() / "muster.cfg"} << "# of the site\n";
  const auto done =
      folder.apply(changes_between(folder.read(".cfg").value(), {{"a.cfg", "x"}, {"muster.cfg", "y"}}));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("muster.cfg was not written by an export: move it away"));
  EXPECT_EQ("# of the site\n", read(place.path() / "muster.cfg"));
  EXPECT_FALSE(std::filesystem::exists(place.path() / "a.cfg")) << "all or nothing";
}

TEST(TextDiff, IsWhatDiffPrints)
{
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const std::string after = "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10\n11\n12\n13\n";
  EXPECT_EQ(
      "--- a.cfg\n+++ a.cfg\n@@ -1,7 +1,7 @@\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n 7\n"
      "@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+13\n",
      text_diff("a.cfg", before, after));
  EXPECT_EQ("", text_diff("a.cfg", before, before));
}

TEST(TextDiff, ShowsFilesThatComeAndGo)
{
  EXPECT_EQ("--- /dev/null\n+++ a\n@@ -0,0 +1,2 @@\n+1\n+2\n", text_diff("a", std::nullopt, "1\n2\n"));
  EXPECT_EQ("--- a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n", text_diff("a", "1\n", std::nullopt));
}

TEST(TextDiff, ShowsHugeChangesAsReplaced)
{
  std::string before;
  std::string after;
  for (int line = 0; line < 3000; ++line) {
    before += "a" + std::to_string(line) + "\n";
    after += "b" + std::to_string(line) + "\n";
  }
  EXPECT_THAT(text_diff("x", before, after), HasSubstr("@@ -1,3000 +1,3000 @@\n-a0\n-a1\n"));
}

TEST(ExportCommand, IsReadFromItsWords)
{
  const auto command = parse_export_command({"icinga2", "-o", "/etc/icinga2/muster", "--diff"});
  ASSERT_TRUE(command);
  EXPECT_EQ(Monitor::icinga, command->monitor);
  EXPECT_EQ("/etc/icinga2/muster", command->folder);
  EXPECT_TRUE(command->diff);
  for (const auto& words : std::vector<std::vector<std::string_view>>{
           {}, {"nagios", "--diff"}, {"nagios", "icinga2"}, {"nagios", "-o"}, {"zabbix"}}) {
    EXPECT_FALSE(parse_export_command(words));
  }
}

}  // namespace muster::bridge
