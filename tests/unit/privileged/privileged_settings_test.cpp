// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged/privileged_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

actions::ToolPaths installed()
{
  actions::ToolPaths tools;
  tools.systemctl = "/usr/bin/systemctl";
  tools.apt_get = "/usr/bin/apt-get";
  return tools;
}

ExpectedOrErrors<PrivilegedSettings> parse(std::string_view text)
{
  return parse_privileged_settings("/etc/muster/privileged.yaml", text, installed());
}

TEST(PrivilegedSettings, HaveADefaultForEverything)
{
  const auto settings = parse("");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->user, "nagios");
  EXPECT_EQ(settings->delay_of_own_change, std::chrono::seconds{3});
  EXPECT_THAT(settings->actions.allow, ElementsAre("*"));
  EXPECT_EQ(settings->actions.package.own_package, "muster-checkagent");
  EXPECT_EQ(settings->actions.service.own_service, "checkagent");
  EXPECT_EQ(settings->actions.service.systemctl, "/usr/bin/systemctl");
  EXPECT_EQ(settings->actions.puppet.notes, "/var/lib/muster/privileged/puppet.json");
}

TEST(PrivilegedSettings, TakeToolsPlacesAndWhatIsAllowed)
{
  const auto settings = parse(
      "allow: [service.*, package.status]\n"
      "package_provider: dnf\n"
      "state_dir: /srv/state\n"
      "tools: {systemctl: /opt/systemctl}\n"
      "puppet: {state_dir: /srv/puppet, pid_file: /srv/agent.pid}\n");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->actions.allow, ElementsAre("service.*", "package.status"));
  EXPECT_EQ(settings->actions.package.provider, "dnf");
  EXPECT_EQ(settings->actions.package.notes, "/srv/state/package.json");
  EXPECT_EQ(settings->actions.package.tools.apt_get, "/usr/bin/apt-get");
  EXPECT_EQ(settings->actions.service.systemctl, "/opt/systemctl");
  EXPECT_THAT(settings->actions.puppet.state_folders, ElementsAre("/srv/puppet"));
  EXPECT_THAT(settings->actions.puppet.daemon_pids, ElementsAre("/srv/agent.pid"));
}

TEST(PrivilegedSettings, NameWhatIsWrongAndWhere)
{
  EXPECT_THAT(parse("package_provider: rpm\n").error().front().message, HasSubstr("privileged.yaml:1:"));
  EXPECT_THAT(parse("alow: []\n").error().front().message, HasSubstr("unknown key 'alow'"));
  EXPECT_THAT(parse("tools: {apt: /x}\n").error().front().message, HasSubstr("unknown key 'apt'"));
  EXPECT_FALSE(parse("[1"));
}

TEST(PrivilegedSettings, AllowByActionByAgentOrEverything)
{
  using actions::is_allowed;
  EXPECT_TRUE(is_allowed({"*"}, "package", "install"));
  EXPECT_TRUE(is_allowed({"service.*"}, "service", "stop"));
  EXPECT_TRUE(is_allowed({"package.status"}, "package", "status"));
  EXPECT_FALSE(is_allowed({"package.status", "service.*"}, "package", "install"));
  EXPECT_FALSE(is_allowed({}, "package", "status"));
  EXPECT_FALSE(is_allowed({"package"}, "package", "status"));
}

TEST(PrivilegedSettings, KnowTheUsersOfTheMachine)
{
  EXPECT_EQ(user_number("root"), uid_t{0});
  EXPECT_EQ(user_number("no-such-user").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace muster::checkagent
