// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged_agents.hpp"

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/actions/input_grammar.hpp"
#include "checkagent/builtin_ddls.hpp"
#include "libmuster/ddl/inputs.hpp"
#include "tests/support/coroutine_result.hpp"
#include "tests/unit/checkagent/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

using testing::HasSubstr;

node::ActionCall status_of_cron()
{
  node::ActionCall call;
  call.request.agent = "service";
  call.request.action = "status";
  call.request.data["service"] = "cron";
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{600};
  return call;
}

TEST(PrivilegedAgents, SayWhatToDoWhereNobodyListens)
{
  const TemporaryDirectory folder;
  const auto reply = test::result_of(ask_privileged(folder.path("none.sock"), status_of_cron()));
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("systemctl enable --now muster-privileged.socket"));
}

TEST(PrivilegedAgents, AnswerInTimeForOneThatSaysNothing)
{
  const TemporaryDirectory folder;
  boost::asio::io_context loop;
  using boost::asio::local::stream_protocol;
  const stream_protocol::acceptor mute{loop, stream_protocol::endpoint{folder.path("mute.sock")}};
  const auto reply = test::result_of(ask_privileged(folder.path("mute.sock"), status_of_cron()));
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("no answer in time"));
}

TEST(PrivilegedAgents, MarkWhatChangesTheNode)
{
  node::Agents agents;
  add_privileged_agents(agents, "/none");
  const std::set<std::string> changing{
      "package.install",
      "package.purge",
      "package.refresh",
      "package.uninstall",
      "package.update",
      "puppet.disable",
      "puppet.enable",
      "puppet.runonce",
      "service.restart",
      "service.start",
      "service.stop"};
  EXPECT_EQ(agents.changing(), changing);
}

// What the DDL lets through and muster-privileged refuses would be a riddle; the other way round, a gap.
void expect_agreement(
    const std::string& agent,
    const std::string& action,
    const std::string& input,
    bool (*holds)(std::string_view),
    const std::vector<std::string>& texts)
{
  const auto document = builtin_ddl(agent);
  for (const auto& text : texts) {
    protocol::json::object data;
    data["package"] = "nginx";
    if (agent != "package") {
      data.clear();
    }
    data[input] = text;
    const bool by_ddl = ddl::complete_inputs(*document.agent.find(action), data).has_value();
    EXPECT_EQ(by_ddl, holds(text)) << agent << "." << action << " " << input << "=" << text;
  }
}

TEST(PrivilegedAgents, HaveDdlsThatAgreeWithTheGrammarOfTheRootProgram)
{
  using namespace actions;  // NOLINT(google-build-using-namespace)
  const std::string long_word(91, 'a');
  expect_agreement(
      "package",
      "install",
      "package",
      is_package_name,
      {"nginx", "g++", "libc6:i386", "0ad", "-y", "a b", "a*", "a=1", "/x", "a;b", "a:", long_word});
  expect_agreement(
      "package",
      "update",
      "version",
      is_package_version,
      {"1.0-1", "2:1.4~rc1+b1", "1^git", "-1", "1 2", "1;id", "1/x", long_word});
  expect_agreement(
      "service",
      "restart",
      "service",
      is_service_name,
      {"cron", "getty@tty1", "a.service", "_x", "-f", "a/b", "a b", "a;b", long_word});
  expect_agreement(
      "puppet",
      "disable",
      "message",
      is_message,
      {"why", "two words; and more", "-x", "a\nb", std::string(256, 'a')});
  expect_agreement("puppet", "runonce", "tags", is_tag_list, {"a", "a::b,c-1", "A", "a,,b", "-a", "a b"});
  expect_agreement("puppet", "runonce", "environment", is_environment_name, {"prod_1", "Prod", "a-b", "-a"});
}

}  // namespace
}  // namespace muster::checkagent
