// SPDX-License-Identifier: Apache-2.0
#include "checkagent/external_agents.hpp"

#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

constexpr uid_t account = 990;
constexpr mode_t program_mode = 0755;
constexpr mode_t ddl_mode = 0644;

std::vector<AgentFile> agent(const std::string& name)
{
  return {{name, true, 0, program_mode}, {name + ".json", true, account, ddl_mode}};
}

TEST(ChoosingExternalAgents, TakesADdlWithAProgramBesideIt)
{
  const auto choice = choose_agents(agent("haproxy"), account);
  EXPECT_EQ(choice.names, std::vector<std::string>{"haproxy"});
  EXPECT_TRUE(choice.faults.empty());
}

TEST(ChoosingExternalAgents, LeavesProgramsWithoutADdlAlone)
{
  const auto choice = choose_agents({{"readme", true, 0, ddl_mode}}, account);
  EXPECT_TRUE(choice.names.empty());
  EXPECT_TRUE(choice.faults.empty());
}

TEST(ChoosingExternalAgents, RefusesWhatOthersCouldHaveWritten)
{
  for (const auto mode : {mode_t{0775}, mode_t{0757}}) {
    auto files = agent("haproxy");
    files[0].mode = mode;
    const auto choice = choose_agents(files, account);
    EXPECT_TRUE(choice.names.empty());
    ASSERT_EQ(choice.faults.size(), 1U);
    EXPECT_NE(choice.faults[0].find("may be written by others"), std::string::npos);
  }
}

TEST(ChoosingExternalAgents, RefusesTheFilesOfOtherAccounts)
{
  auto files = agent("haproxy");
  files[1].owner = account + 1;
  EXPECT_TRUE(choose_agents(files, account).names.empty());
}

TEST(ChoosingExternalAgents, RefusesTheNamesOfBuiltInAgents)
{
  const auto choice = choose_agents(agent("package"), account);
  EXPECT_TRUE(choice.names.empty());
  EXPECT_EQ(choice.faults.size(), 1U);
}

TEST(AnExternalReply, IsTakenAsItStands)
{
  const auto reply =
      read_rpc_reply("x", std::string{R"({"statuscode": 5, "statusmsg": "no", "data": {"a": 1}})"});
  EXPECT_EQ(reply.status, 5);
  EXPECT_EQ(reply.message, "no");
  EXPECT_EQ(reply.data.at("a"), 1);
}

TEST(AnExternalReply, ThatBreaksTheProtocolIsAnAbortedAction)
{
  for (const auto* text :
       {"",
        "{",
        "[]",
        "{}",
        R"({"statuscode": 6})",
        R"({"statuscode": "0"})",
        R"({"statuscode": 0, "data": 1})"}) {
    EXPECT_EQ(read_rpc_reply("x", std::string{text}).status, 1) << text;
  }
}

TEST(AnActivation, IsTrueOrFalseAndNothingElse)
{
  EXPECT_TRUE(read_activation(R"({"activate": true})").value());
  EXPECT_FALSE(read_activation(R"({"activate": false})").value());
  EXPECT_FALSE(read_activation(R"({"activate": "true"})"));
  EXPECT_FALSE(read_activation("{}"));
}

}  // namespace
}  // namespace muster::checkagent
