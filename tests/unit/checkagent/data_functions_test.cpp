// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/actions/package_tool.hpp"
#include "checkagent/actions/rpm_query.hpp"
#include "checkagent/file_function.hpp"
#include "checkagent/package_and_service_functions.hpp"

namespace muster::checkagent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "name=value" of each output, by name; or why there is none.
std::vector<std::string> told(const Expected<FunctionOutputs>& outputs)
{
  if (!outputs) {
    return {"error: " + outputs.error().message};
  }
  std::vector<std::string> texts;
  for (const auto& [name, value] : *outputs) {
    texts.push_back(name + "=" + scalar_text(value));
  }
  return texts;
}

constexpr std::chrono::system_clock::time_point now{std::chrono::seconds{1'000'000'100}};

TEST(DataFunctionFstat, TellsWhatStatSays)
{
  const auto outputs = file_outputs("/etc/hosts", {0, "81a4 49 0 42 1000000000 1000000050 1000000099"}, now);
  EXPECT_THAT(
      told(outputs),
      ElementsAre(
          "atime=2001-09-09 01:46:40",
          "atime_age=100",
          "atime_seconds=1000000000",
          "ctime=2001-09-09 01:48:19",
          "ctime_age=1",
          "ctime_seconds=1000000099",
          "gid=42",
          "mode=100644",
          "mtime=2001-09-09 01:47:30",
          "mtime_age=50",
          "mtime_seconds=1000000050",
          "name=/etc/hosts",
          "output=present",
          "present=1",
          "size=49",
          "type=file",
          "uid=0"));
}

TEST(DataFunctionFstat, KnowsTheKindsOfFiles)
{
  const std::vector<std::pair<std::string, std::string>> kinds{
      {"81a4", "file"},
      {"41ed", "directory"},
      {"a1ff", "symlink"},
      {"c1ed", "socket"},
      {"21b6", "chardev"},
      {"61b0", "blockdev"},
      {"11a4", "pipe"}};
  for (const auto& [mode, kind] : kinds) {
    auto outputs = file_outputs("/x", {0, mode + " 1 0 0 1 1 1"}, now);
    ASSERT_TRUE(outputs);
    EXPECT_EQ(scalar_text(outputs->at("type")), kind);
    EXPECT_EQ(can_be_hashed(*outputs), kind == "file");
  }
}

TEST(DataFunctionFstat, SaysThatAFileIsNotThereAndNothingElseOfIt)
{
  for (const auto* why : {"No such file or directory", "Not a directory"}) {
    const ToolOutput missing{1, std::string{"/usr/bin/stat: cannot statx '/x': "} + why};
    EXPECT_THAT(
        told(file_outputs("/x", missing, now)), ElementsAre("name=/x", "output=not present", "present=0"));
  }
}

TEST(DataFunctionFstat, CannotTellOfAFileThatItMayNotSee)
{
  const ToolOutput denied{1, "/usr/bin/stat: cannot statx '/root/x': Permission denied"};
  EXPECT_THAT(told(file_outputs("/root/x", denied, now)), ElementsAre(HasSubstr("Permission denied")));
  EXPECT_THAT(told(file_outputs("/x", {0, "nonsense"}, now)), ElementsAre("error: nonsense"));
  EXPECT_THAT(told(file_outputs("/x", {0, ""}, now)), ElementsAre("error: stat has failed"));
}

TEST(DataFunctionFstat, HashesNoLargeFile)
{
  EXPECT_TRUE(can_be_hashed(*file_outputs("/x", {0, "81a4 67108864 0 0 1 1 1"}, now)));
  EXPECT_FALSE(can_be_hashed(*file_outputs("/x", {0, "81a4 67108865 0 0 1 1 1"}, now)));
}

TEST(DataFunctionFstat, ReadsTheHashAlsoOfAFileWithAnOddName)
{
  const std::string hash = "d41d8cd98f00b204e9800998ecf8427e";
  EXPECT_EQ(md5_of({0, hash + "  /x"}), hash);
  EXPECT_EQ(md5_of({0, "\\" + hash + "  /x\\ny"}), hash);
  EXPECT_EQ(md5_of({1, "md5sum: /x: Permission denied"}), "");
  EXPECT_EQ(md5_of({0, "short  /x"}), "");
}

TEST(DataFunctionPackage, TellsTheVersionOfWhatIsInstalled)
{
  EXPECT_THAT(
      told(dpkg_outputs({0, "installed 1.22.1-9+deb12u1"})),
      ElementsAre("installed=true", "status=1.22.1-9+deb12u1", "version=1.22.1-9+deb12u1"));
  EXPECT_THAT(
      told(dpkg_outputs({0, "config-files 1.0\ninstalled 1.1"})),
      ElementsAre("installed=true", "status=1.1", "version=1.1"));
  EXPECT_THAT(
      told(rpm_outputs({0, "nginx;0;1.20.1;14.el9;x86_64"})),
      ElementsAre("installed=true", "status=1.20.1-14.el9", "version=1.20.1-14.el9"));
}

TEST(DataFunctionPackage, TellsTheSameOfAnRpmAsTheAgent)
{
  const std::string kernels = "kernel;0;5.14.0;70.el9;x86_64\nkernel;2;5.14.0;71.el9;x86_64";
  actions::ProgramRun run{actions::ProgramRun::End::exited, 0, kernels, ""};
  const auto by_agent = actions::make_dnf_tool({})->read_query(run, "kernel").value().ensure;
  EXPECT_EQ(by_agent, "2:5.14.0-71.el9");
  EXPECT_THAT(
      told(rpm_outputs({0, kernels})),
      ElementsAre("installed=true", "status=" + by_agent, "version=" + by_agent));
  EXPECT_EQ(rpm_words("/usr/bin/rpm", "kernel"), actions::rpm_query("/usr/bin/rpm", "kernel"));
}

TEST(DataFunctionPackage, TellsThatSomethingIsNotInstalled)
{
  const auto absent = ElementsAre("installed=false", "status=absent");
  EXPECT_THAT(told(dpkg_outputs({1, "dpkg-query: no packages found matching nginx"})), absent);
  EXPECT_THAT(told(dpkg_outputs({0, "config-files 1.0"})), absent);
  EXPECT_THAT(told(dpkg_outputs({0, "not-installed "})), absent);
  EXPECT_THAT(told(rpm_outputs({1, "package nginx is not installed"})), absent);
}

TEST(DataFunctionPackage, CannotTellWhenTheToolFails)
{
  EXPECT_THAT(
      told(dpkg_outputs({2, "database is locked"})), ElementsAre("error: exit status 2: database is locked"));
  EXPECT_THAT(told(rpm_outputs({1, "cannot open Packages"})), ElementsAre(HasSubstr("cannot open Packages")));
}

TEST(DataFunctionService, IsRunningStoppedOrAbsent)
{
  const auto status = [](const std::string& loaded, const std::string& active) {
    return told(systemctl_outputs({0, "LoadState=" + loaded + "\nActiveState=" + active}));
  };
  EXPECT_THAT(status("loaded", "active"), ElementsAre("status=running"));
  EXPECT_THAT(status("loaded", "reloading"), ElementsAre("status=running"));
  EXPECT_THAT(status("loaded", "inactive"), ElementsAre("status=stopped"));
  EXPECT_THAT(status("loaded", "failed"), ElementsAre("status=stopped"));
  EXPECT_THAT(status("loaded", "activating"), ElementsAre("status=stopped"));
  EXPECT_THAT(status("not-found", "inactive"), ElementsAre("status=absent"));
}

TEST(DataFunctionService, CannotTellWithoutSystemd)
{
  EXPECT_THAT(
      told(systemctl_outputs({1, "System has not been booted with systemd as init system"})),
      ElementsAre(HasSubstr("no systemd runs on this node")));
  EXPECT_THAT(told(systemctl_outputs({0, "LoadState=loaded"})), ElementsAre(HasSubstr("error")));
}

}  // namespace
}  // namespace muster::checkagent
