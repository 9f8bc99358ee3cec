// SPDX-License-Identifier: Apache-2.0
#include "cli/output/application_lines.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;
namespace json = boost::json;

NodeAccount told(std::string name, json::object data)
{
  auto account = answered(std::move(name));
  account.answer->data = std::move(data);
  return account;
}

NodeAccount failed(std::string name, std::string message)
{
  auto account = answered(std::move(name));
  account.answer->status = 1;
  account.answer->message = std::move(message);
  return account;
}

json::object puppet(bool enabled, bool applying)
{
  return {{"enabled", enabled}, {"applying", applying}, {"daemon_present", false}, {"idling", false}};
}

}  // namespace

TEST(ApplicationLines, SetTheNamesFlushRight)
{
  const auto report =
      report_of({told("db1", {{"status", "stopped"}}), told("web10", {{"status", "running"}})});

  EXPECT_EQ(
      application_lines(report, service_line, Shown::all, plain()),
      "     db1: stopped\n   web10: running\n\n");
}

TEST(ApplicationLines, ShowWhatFailedAndNoMoreIfSoAsked)
{
  const auto report = report_of({told("db1", {{"status", "running"}}), failed("web1", "could not\nstart")});

  EXPECT_EQ(
      application_lines(report, service_line, Shown::failed, plain()), "   web1: could not\\nstart\n\n");
}

TEST(ApplicationLines, ShowWhatIsStillToComeInPlaceOfHowItIsNow)
{
  auto promised = told("web1", {{"name", "muster-checkagent"}});
  promised.answer->message = "accepted: it runs after this answer";
  const auto report = report_of({told("db1", {{"name", "nginx"}, {"ensure", "1.2"}}), promised});

  EXPECT_EQ(
      application_lines(report, package_line, Shown::notable, plain()),
      "   web1: accepted: it runs after this answer\n\n");
}

TEST(ApplicationLines, AreNoneWithoutAReply)
{
  EXPECT_EQ(application_lines(report_of({lost("web1")}), service_line, Shown::all, plain()), "");
}

TEST(ApplicationLines, WriteAPackageWithItsVersionAndArchitecture)
{
  const auto line = [](json::object data) { return package_line(*told("a", std::move(data)).answer); };

  EXPECT_EQ(line({{"name", "nginx"}, {"ensure", "1.2.6-1"}, {"arch", "amd64"}}), "nginx-1.2.6-1.amd64");
  EXPECT_EQ(line({{"name", "nginx"}, {"ensure", "1.2"}, {"arch", nullptr}}), "nginx-1.2");
  EXPECT_EQ(line({{"name", "nginx"}, {"ensure", "absent"}}), "absent");
  EXPECT_EQ(
      line({{"name", "nginx"}, {"ensure", "1.2"}, {"output", "nginx is already the newest version (1.2)"}}),
      "nginx-1.2: nginx is already the newest version (1.2)");
  EXPECT_EQ(
      line({{"name", "nginx"}, {"ensure", "1.2"}, {"output", "Reading package lists...\nDone\n"}}),
      "nginx-1.2");
}

TEST(ApplicationLines, NameTheOutdatedPackages)
{
  const json::array outdated{
      {{"package", "bash"}, {"version", "5.2"}}, {{"package", "curl"}, {"version", "8"}}};

  EXPECT_EQ(
      updates_line(*told("a", {{"outdated_packages", outdated}}).answer), "2 outdated: bash 5.2, curl 8");
  EXPECT_EQ(updates_line(*told("a", {}).answer), "up to date");
}

TEST(ApplicationLines, ShowNoEscapeSequenceOfANode)
{
  const auto report = report_of({told("web1", {{"status", "\x1b[2J"}}), failed("web2", "\x1b[2J")});

  EXPECT_EQ(application_lines(report, service_line, Shown::all, plain()).find('\x1b'), std::string::npos);
}

TEST(PuppetCount, SumsUpWhatPuppetDoes)
{
  const auto report = report_of(
      {told("a", puppet(true, false)),
       told("b", puppet(true, true)),
       told("c", puppet(false, false)),
       failed("d", "no Puppet"),
       lost("e")});

  EXPECT_EQ(puppet_count_text(report), R"(Total Puppet nodes: 3

          Nodes currently enabled: 2
         Nodes currently disabled: 1

Nodes currently doing puppet runs: 1
          Nodes currently stopped: 2

       Nodes with daemons started: 0
    Nodes without daemons started: 3
       Daemons started but idling: 0

)");
}

}  // namespace muster::cli
