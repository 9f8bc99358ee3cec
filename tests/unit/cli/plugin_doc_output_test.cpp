// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/ddl_text.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;
namespace json = boost::json;

ddl::Agent service()
{
  ddl::Agent agent;
  agent.metadata = {"service", "Starts and stops services", "Muster", "Apache-2.0", "1.0.0", "", 60s};
  ddl::Action start;
  start.name = "start";
  start.description = "Start it";
  ddl::Input input;
  input.name = "service";
  input.prompt = "Service";
  input.description = "Its name";
  input.validation = "service_name";
  input.longest = 90;
  start.inputs = {input};
  ddl::Output output;
  output.name = "status";
  output.description = "What it does";
  output.display_as = "Service Status";
  output.type = "string";
  output.default_value = json::value("unknown");
  start.outputs = {output};
  start.aggregates = {{"summary", "status", {}, {}}};
  ddl::Action idle;
  idle.name = "idle";
  idle.description = "Do nothing";
  idle.changes = false;
  agent.actions = {start, idle};
  return agent;
}

NodeAccount present(std::string name, std::vector<std::string> agents)
{
  auto account = node(std::move(name), Fate::lost);
  account.presence->agents = std::move(agents);
  return account;
}

NodeAccount telling(std::string name, json::array agents)
{
  auto account = answered(std::move(name));
  account.answer->data["agents"] = std::move(agents);
  return account;
}

}  // namespace

TEST(PluginDocOutput, SaysWhichValidatorsAndAggregatesAreNotHere)
{
  auto agent = service();
  agent.actions[0].inputs[0].validation = "puppet_tags";
  agent.actions[0].aggregates[0].function = "magic";
  const auto text = ddl_text(agent, plain());
  EXPECT_THAT(
      text, testing::HasSubstr("Validation: puppet_tags (not known here: shellsafe stands in its place)\n"));
  EXPECT_THAT(text, testing::HasSubstr("magic(status) (not known here)\n"));
  EXPECT_THAT(ddl_text(service(), plain()), testing::Not(testing::HasSubstr("not known here")));
}

TEST(PluginDocOutput, ShowsWhatAnAgentCanDo)
{
  EXPECT_EQ(ddl_text(service(), plain()), R"(service
=======

Starts and stops services

      Author: Muster
     Version: 1.0.0
     License: Apache-2.0
     Timeout: 60 s

ACTIONS:
========
   start, idle

   start action:
   -------------
       Start it
       Changes the node: denied unless a policy allows it

       INPUT:

           service:
             Description: Its name
                  Prompt: Service
                    Type: string
                Optional: false
              Validation: service_name
                  Length: 90

       OUTPUT:

           status:
             Description: What it does
              Display As: Service Status
                    Type: string
           Default Value: unknown

       AGGREGATES:
           summary(status)

   idle action:
   ------------
       Do nothing

       INPUT:
          This action does not have any inputs
)");
}

TEST(PluginDocOutput, ShowsNoEscapeSequenceOfADdl)
{
  auto agent = service();
  agent.metadata.description = "\x1b[2J";
  agent.actions.front().inputs.front().description = "\x1b]0;x\a";

  EXPECT_EQ(ddl_text(agent, plain()).find('\x1b'), std::string::npos);
}

TEST(PluginDocOutput, ListsTheAgentsOfNodesThatAreUp)
{
  auto stopped = present("db1", {"puppet"});
  stopped.presence->state = protocol::NodeState::stopped;
  const auto roll_call =
      report_of({stopped, present("web1", {"nrpe", "rpcutil"}), present("web2", {"nrpe", "bad name"})});
  auto agents = agents_in(roll_call);

  describe(
      agents, report_of({telling("web1", {json::object{{"name", "nrpe"}, {"description", "Runs checks"}}})}));

  EXPECT_EQ(agent_list_text(agents), "Agents:\n  nrpe                      Runs checks\n  rpcutil\n");
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(agents.front().nodes, 2U);
}

TEST(PluginDocOutput, AsksAsFewNodesAsTellOfEveryAgent)
{
  const auto roll_call = report_of(
      {present("a", {"nrpe", "rpcutil"}), present("b", {"nrpe", "rpcutil"}), present("c", {"rpcutil", "x"})});

  EXPECT_EQ(nodes_to_describe(agents_in(roll_call), roll_call), (std::vector<std::string>{"a", "c"}));
}

}  // namespace muster::cli
