// SPDX-License-Identifier: Apache-2.0
// What the tools print was recorded from apt 2.6, dpkg 1.21, dnf 4.14 and rpm 4.18.
#include "checkagent/actions/package_tool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent::actions {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = PackageChange::Kind;

ToolPaths all_tools()
{
  return {
      "/usr/bin/apt-get",
      "/usr/bin/apt-cache",
      "/usr/bin/dpkg-query",
      "/usr/bin/dnf",
      "/usr/bin/rpm",
      "",
      ""};
}

ProgramRun exited(int number, std::string output, std::string errors = {})
{
  return {ProgramRun::End::exited, number, std::move(output), std::move(errors)};
}

PackageState installed(const PackageTool& tool, const std::string& output)
{
  return tool.read_query(exited(0, output), "tiny").value();
}

class Apt : public testing::Test {
protected:
  const std::unique_ptr<PackageTool> tool = make_apt_tool(all_tools());
};

class Dnf : public testing::Test {
protected:
  const std::unique_ptr<PackageTool> tool = make_dnf_tool(all_tools());
};

TEST(PackageTool, IsTheOneNamedOrTheFirstThatIsThere)
{
  ToolPaths only_dnf;
  only_dnf.dnf = "/usr/bin/dnf";
  only_dnf.rpm = "/usr/bin/rpm";
  EXPECT_EQ(make_package_tool("auto", all_tools())->provider(), "apt");
  EXPECT_EQ(make_package_tool("dnf", all_tools())->provider(), "dnf");
  EXPECT_EQ(make_package_tool("auto", only_dnf)->provider(), "dnf");
  EXPECT_EQ(make_package_tool("apt", only_dnf), nullptr);
  EXPECT_EQ(make_package_tool("auto", {}), nullptr);
}

TEST_F(Apt, ReadsAnInstalledPackageWithItsParts)
{
  const auto state = installed(*tool, "ii |tiny|2:1.4.0-3+b1|amd64\n");
  EXPECT_TRUE(state.installed);
  EXPECT_EQ(state.ensure, "2:1.4.0-3+b1");
  EXPECT_EQ(state.epoch, "2");
  EXPECT_EQ(state.version, "1.4.0");
  EXPECT_EQ(state.release, "3+b1");
  EXPECT_EQ(state.arch, "amd64");
}

TEST_F(Apt, SaysNothingOfThePartsOfAnAbsentPackage)
{
  PackageState absent;
  absent.name = "tiny";
  absent.ensure = "absent";
  EXPECT_EQ(
      to_json(absent, "apt"), (json::object{{"name", "tiny"}, {"ensure", "absent"}, {"provider", "apt"}}));
  EXPECT_EQ(to_json(installed(*tool, "ii |tiny|1.0-1|amd64\n"), "apt").at("arch"), "amd64");
}

TEST_F(Apt, TellsRemovedFromPurgedFromUnknown)
{
  const auto removed = installed(*tool, "rc |tiny|1.0-1|all\n");
  EXPECT_FALSE(removed.installed);
  EXPECT_TRUE(removed.configuration_left);
  EXPECT_EQ(removed.ensure, "absent");
  EXPECT_FALSE(installed(*tool, "un |tiny||\n").configuration_left);
  const auto unknown =
      tool->read_query(exited(1, "", "dpkg-query: no packages found matching tiny\n"), "tiny");
  EXPECT_FALSE(unknown.value().installed);
}

TEST_F(Apt, TakesTheInstalledOneOfSeveralArchitectures)
{
  EXPECT_EQ(installed(*tool, "un |tiny||\nii |tiny|1.0-1|i386\n").arch, "i386");
  EXPECT_EQ(installed(*tool, "iU |tiny|1.0-1|i386\n").ensure, "1.0-1")
      << "unpacked, not configured: it is there";
}

TEST_F(Apt, TellsWhenDpkgCouldNotBeAsked)
{
  EXPECT_FALSE(tool->read_query(exited(2, "", "dpkg-query: error: bad\n"), "tiny"));
  EXPECT_FALSE(tool->read_query(ProgramRun{}, "tiny"));
}

TEST_F(Apt, ReadsTheNewestVersionOfAPackage)
{
  EXPECT_EQ(
      tool->read_newest(exited(0, "tiny:\n  Installed: 1.0-1\n  Candidate: 2.0-1\n")), std::string{"2.0-1"});
  EXPECT_EQ(tool->read_newest(exited(0, "tiny:\n  Installed: (none)\n  Candidate: (none)\n")), std::string{});
  EXPECT_EQ(tool->read_newest(exited(0, "")), std::string{});
}

TEST_F(Apt, ReadsUpdatesAndLeavesOutWhatWouldBeNew)
{
  const auto outdated = tool->read_updates(exited(
      0,
      "Reading package lists...\n"
      "Inst tiny [1.0-1] (2.0-1 localhost [all])\n"
      "Inst new-dependency (1.0 Debian:12.5/stable [amd64])\n"
      "Inst openssl [3.0.11-1] (3.0.15-1 Debian:12.9/stable, Debian-Security:12/stable-security [amd64]) []\n"
      "Conf tiny (2.0-1 localhost [all])\n"));
  ASSERT_EQ(outdated.value().size(), 2U);
  EXPECT_EQ(outdated->at(0).package, "tiny");
  EXPECT_EQ(outdated->at(0).version, "2.0-1");
  EXPECT_EQ(outdated->at(0).repo, "localhost");
  EXPECT_EQ(outdated->at(1).repo, "Debian:12.9/stable, Debian-Security:12/stable-security");
}

TEST_F(Apt, CountsWhatIsInstalled)
{
  EXPECT_EQ(
      tool->read_installed("ii |a|1\nrc |b|1\nhi |c|2\nun |d|\n\n"),
      (std::vector<std::string>{"a|1", "c|2"}));
}

TEST_F(Apt, PutsNamesBehindTheEndOfOptions)
{
  const PackageChange change{Kind::install, "tiny", "1.0-1"};
  const auto words = tool->make(change, seconds{7});
  EXPECT_EQ(words.at(words.size() - 2), "--");
  EXPECT_EQ(words.back(), "tiny=1.0-1");
  EXPECT_THAT(words, Contains("-oDPkg::Lock::Timeout=7"));
  EXPECT_THAT(words, Contains("--allow-downgrades"));
  EXPECT_THAT(words, Contains("--no-remove"));
  EXPECT_THAT(words, Contains("-oDpkg::Options::=--force-confold"));
  EXPECT_THAT(words, Not(Contains("--download-only")));
  EXPECT_THAT(tool->download(change, seconds{7}), Contains("--download-only"));
}

TEST_F(Apt, UpdatesOnlyWhatIsThereAndRemovesOnlyWhenAsked)
{
  EXPECT_THAT(tool->make({Kind::update, "tiny", ""}, seconds{1}), Contains("--only-upgrade"));
  EXPECT_THAT(tool->make({Kind::install, "tiny", ""}, seconds{1}), Not(Contains("--allow-downgrades")));
  EXPECT_THAT(tool->make({Kind::uninstall, "tiny", ""}, seconds{1}), Contains("remove"));
  EXPECT_THAT(tool->make({Kind::purge, "tiny", ""}, seconds{1}), Contains("purge"));
}

TEST_F(Apt, NamesTheHolderOfALock)
{
  const auto why = tool->why_failed(exited(
      100,
      "Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 "
      "(apt-get)...\n",
      "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using "
      "it?\n"));
  EXPECT_EQ(
      why,
      "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using "
      "it? It is "
      "held by process 42 (apt-get)");
}

TEST_F(Dnf, ReadsAnInstalledPackageWithItsParts)
{
  const auto state = installed(*tool, "tiny;0;1.0;1.el9;noarch\n");
  EXPECT_EQ(state.ensure, "1.0-1.el9");
  EXPECT_EQ(state.epoch, "0");
  EXPECT_EQ(installed(*tool, "tiny;2;1.0;1.el9;noarch\n").ensure, "2:1.0-1.el9");
  EXPECT_FALSE(tool->read_query(exited(1, "package tiny is not installed\n"), "tiny").value().installed);
}

TEST_F(Dnf, KnowsAVersionWithAndWithoutItsRelease)
{
  const auto state = installed(*tool, "tiny;2;1.0;1.el9;noarch\n");
  for (const auto* version : {"1.0", "1.0-1.el9", "2:1.0-1.el9"}) {
    EXPECT_TRUE(tool->is_version(state, version)) << version;
  }
  EXPECT_FALSE(tool->is_version(state, "1.0-2.el9"));
}

TEST_F(Dnf, ReadsUpdates)
{
  const auto outdated = tool->read_updates(exited(0, "tiny|2.0-1|test\n\n"));
  ASSERT_EQ(outdated.value().size(), 1U);
  EXPECT_EQ(outdated->front().version, "2.0-1");
  EXPECT_FALSE(tool->read_updates(exited(1, "", "Error: Failed to download metadata for repo 'x'\n")));
}

TEST_F(Dnf, PutsNamesBehindTheEndOfOptions)
{
  EXPECT_THAT(
      tool->download({Kind::update, "tiny", ""}, seconds{1}),
      ElementsAre("/usr/bin/dnf", "--downloadonly", "--assumeyes", "upgrade", "--", "tiny"));
  EXPECT_THAT(
      tool->make({Kind::install, "tiny", "1.0"}, seconds{1}),
      ElementsAre("/usr/bin/dnf", "--setopt=exit_on_lock=True", "--assumeyes", "install", "--", "tiny-1.0"));
  EXPECT_TRUE(tool->download({Kind::purge, "tiny", ""}, seconds{1}).empty());
}

TEST_F(Apt, DecidesWithoutAChangeInMCollectivesWords)
{
  const auto here = installed(*tool, "ii |tiny|1.0-1|all\n");
  const auto gone = installed(*tool, "rc |tiny|1.0-1|all\n");

  struct Case {
    PackageChange change;
    PackageState state;
    std::string newest;
    int status;  // -1: the change is made
    std::string message;
  };

  const std::vector<Case> cases{
      {{Kind::install, "tiny", ""}, here, "2.0-1", 5, "Package is already installed"},
      {{Kind::install, "tiny", "1.0-1"}, here, "2.0-1", 5, "Package is already installed"},
      {{Kind::install, "tiny", "2.0-1"}, here, "2.0-1", -1, ""},
      {{Kind::install, "tiny", ""}, gone, "2.0-1", -1, ""},
      {{Kind::update, "tiny", ""}, here, "2.0-1", -1, ""},
      {{Kind::update, "tiny", ""}, here, "1.0-1", 0, "OK"},
      {{Kind::update, "tiny", "1.0-1"}, here, "2.0-1", 0, "OK"},
      {{Kind::update, "tiny", "2.0-1"}, here, "2.0-1", -1, ""},
      {{Kind::update, "tiny", ""}, gone, "2.0-1", 5, "Package is not present on the system"},
      {{Kind::uninstall, "tiny", ""}, here, "", -1, ""},
      {{Kind::uninstall, "tiny", ""}, gone, "", 5, "Package is not present on the system"},
      {{Kind::purge, "tiny", ""}, gone, "", -1, ""},
  };
  for (const auto& one : cases) {
    const auto outcome = outcome_without_change(*tool, one.change, one.state, one.newest);
    const auto name = std::string{to_string(one.change.kind)} + " " + one.change.version + " " + one.newest;
    ASSERT_EQ(outcome.has_value(), one.status >= 0) << name;
    if (outcome) {
      EXPECT_EQ(outcome->status, one.status) << name;
      EXPECT_EQ(outcome->message, one.message) << name;
    }
  }
}

TEST_F(Apt, SaysThatNobodyOffersAPackage)
{
  const PackageState absent{"tiny", false, false, "absent", "", "", "", ""};
  const auto outcome = outcome_without_change(*tool, {Kind::install, "tiny", ""}, absent, "");
  EXPECT_EQ(outcome->status, status_other);
  EXPECT_THAT(outcome->message, HasSubstr("no package tiny in the sources of this node"));
}

}  // namespace
}  // namespace muster::checkagent::actions
