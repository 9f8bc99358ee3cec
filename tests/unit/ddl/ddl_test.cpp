// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ddl.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/ddl/document.hpp"
#include "libmuster/ddl/inputs.hpp"
#include "tests/unit/ddl/samples.hpp"

namespace muster::ddl {
namespace {

using test::action_with;
using test::object;
using testing::HasSubstr;

// As Choria writes the DDL of its package agent, nulls and unknown members included.
constexpr const char* package_ddl = R"({
  "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
  "metadata": {"name": "package", "description": "Manage packages", "author": "R.I.", "license": "Apache-2.0",
               "version": "5.4.0", "url": "https://example.net", "timeout": 180, "provider": "ruby", "service": false},
  "actions": [
    {"action": "status", "description": "Get the status", "display": "always",
     "input": {"package": {"prompt": "Name", "description": "Package name", "type": "string", "default": null,
               "optional": false, "validation": "shellsafe", "maxlength": 90}},
     "output": {"ensure": {"description": "Version", "display_as": "Ensure", "type": "string"},
                "epoch": {"description": "Epoch", "display_as": "Epoch", "default": null}},
     "aggregate": [{"function": "summary", "args": ["ensure"]}]},
    {"action": "apt_update", "display": "failed", "input": {}, "output": {}, "aggregate": null, "changes": true}
  ]})";

TEST(Ddl, OfChoriaIsReadAsItIs)
{
  const auto agent = parse(package_ddl);
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(agent->metadata.name, "package");
  EXPECT_EQ(agent->metadata.timeout, std::chrono::seconds{180});
  const auto* status = agent->find("status");
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->display, Display::always);
  ASSERT_EQ(status->inputs.size(), 1U);
  EXPECT_EQ(status->inputs[0].longest, 90U);
  EXPECT_FALSE(status->inputs[0].default_value);
  ASSERT_EQ(status->outputs.size(), 2U);
  EXPECT_EQ(status->outputs[1].display_as, "Epoch");
  ASSERT_EQ(status->aggregates.size(), 1U);
  EXPECT_EQ(status->aggregates[0].output, "ensure");
  EXPECT_EQ(agent->find("nosuch"), nullptr);
}

// In the shape of those that come with Choria, in words of our own.
Agent recorded(const std::string& name)
{
  std::ifstream file{std::string{MUSTER_TEST_DATA} + "/choria_ddl/" + name + ".json"};
  std::stringstream text;
  text << file.rdbuf();
  auto agent = parse(text.str());
  EXPECT_TRUE(agent) << name << ": " << agent.error().message;
  return agent.value_or(Agent{});
}

Action recorded_action(const std::string& agent, const std::string& action)
{
  const auto read = recorded(agent);
  const auto* found = read.find(action);
  return found == nullptr ? Action{} : *found;
}

TEST(Ddl, InTheShapesOfChoriaAreRead)
{
  for (const auto* name : {"package", "service", "puppet", "scout"}) {
    EXPECT_EQ(recorded(name).metadata.name, name);
  }
}

TEST(Ddl, MayWriteHashAndArrayWithACapital)
{
  const auto inputs = recorded_action("scout", "goss_validate").inputs;
  ASSERT_EQ(inputs.size(), 3U);
  EXPECT_EQ(inputs[1].type, Type::array);
  EXPECT_EQ(inputs[2].type, Type::hash);
  EXPECT_TRUE(complete_inputs(recorded_action("scout", "goss_validate"), object(R"({"vars": {"a": 1}})")));
}

TEST(Ddl, WithAValidatorOfAPluginTakesWhatIsSafeInAShell)
{
  const auto runonce = recorded_action("puppet", "runonce");
  EXPECT_TRUE(
      complete_inputs(runonce, object(R"({"tags": "ntp,Nginx::Server", "server": "p1.example.net:8140"})")));
  const auto unsafe = complete_inputs(runonce, object(R"({"tags": "ntp; reboot"})"));
  ASSERT_FALSE(unsafe);
  EXPECT_THAT(unsafe.error().message, HasSubstr("input tags: expected text without"));
}

TEST(Ddl, LeavesOutAnAggregateThatNamesNoOutput)
{
  EXPECT_EQ(recorded_action("scout", "goss_validate").aggregates.size(), 2U);
  EXPECT_TRUE(recorded_action("scout", "trigger").aggregates.empty());
  EXPECT_TRUE(action_with(R"("aggregate": [{"function": "summary", "args": [7]}])").aggregates.empty());
}

TEST(Ddl, TakesAnActionForAChangingOneUnlessItSaysOtherwise)
{
  EXPECT_TRUE(action_with(R"("display": "ok")").changes);
  EXPECT_FALSE(action_with(R"("changes": false)").changes);
}

TEST(Ddl, ThatIsWrongIsRefusedWithThePathToTheMistake)
{
  const auto with = [](const std::string& action) {
    return R"({"metadata": {"name": "a"}, "actions": [)" + action + "]}";
  };
  const std::vector<std::pair<std::string, std::string>> table{
      {"[]", "JSON object"},
      {R"({"actions": []})", "metadata"},
      {R"({"metadata": {"name": "../etc"}, "actions": []})", "metadata.name"},
      {R"({"metadata": {"name": "a", "timeout": -1}, "actions": []})", "metadata.timeout"},
      {R"({"metadata": {"name": "a"}})", "actions"},
      {with("7"), "actions[0]"},
      {with(R"({"action": ""})"), "actions[0].action"},
      {with(R"({"action": "x"}, {"action": "x"})"), "actions[1].action"},
      {with(R"({"action": "x", "display": "never"})"), "actions[0].display"},
      {with(R"({"action": "x", "changes": "no"})"), "actions[0].changes"},
      {with(R"({"action": "x", "input": {"i": {"type": "text"}}})"), "actions[0].input.i.type"},
      {with(R"({"action": "x", "input": {"i": {"type": "list"}}})"), "actions[0].input.i.list"},
      {with(R"({"action": "x", "input": {"-i": {"type": "string"}}})"), "actions[0].input.-i"},
      {with(R"({"action": "x", "input": {"i": {"type": "string", "validation": "("}}})"),
       "actions[0].input.i.validation"},
      {with(R"({"action": "x", "input": {"i": {"type": "integer", "default": "3"}}})"),
       "actions[0].input.i.default"},
      {with(R"({"action": "x", "input": {"i": {"type": "list", "list": ["a"], "default": "b"}}})"),
       "actions[0].input.i.default"},
      {with(R"({"action": "x", "input": {"i": {"type": "string", "validation": "^a$", "default": "b"}}})"),
       "actions[0].input.i.default"},
      {with(R"({"action": "x", "output": {"o": []}})"), "actions[0].output.o"},
      {with(R"({"action": "x", "aggregate": [{"args": ["y"]}]})"), "actions[0].aggregate[0].function"},
  };
  for (const auto& [text, path] : table) {
    const auto agent = parse(text);
    ASSERT_FALSE(agent) << text;
    EXPECT_THAT(agent.error().message, HasSubstr(path)) << text;
  }
}

TEST(Ddl, MaySayWithAnEmptyDefaultThatNothingWasGiven)
{
  const auto agent = parse(
      R"({"metadata": {"name": "a"}, "actions": [{"action": "x", "input": {"i":
      {"type": "string", "validation": "^[0-9]+$", "default": ""}}}]})");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(complete_inputs(agent->actions[0], {})->at("i").get_string(), "");
}

TEST(Ddl, LargerThanAnAnswerIsRefused)
{
  const std::string text =
      R"({"metadata": {"name": "a"}, "actions": [], "more": ")" + std::string(largest_ddl, 'x') + "\"}";
  EXPECT_THAT(parse(text).error().message, HasSubstr("bytes"));
  EXPECT_FALSE(read_document(object(text)));
}

TEST(Ddl, HasAFingerprintThatBlanksDoNotChange)
{
  const auto one = read_document(R"({"metadata":{"name":"a"},"actions":[]})");
  const auto spaced = read_document(R"( {"metadata": {"name": "a"}, "actions": [] } )");
  const auto other = read_document(R"({"metadata":{"name":"a","version":"2"},"actions":[]})");
  EXPECT_EQ(one->fingerprint, spaced->fingerprint);
  EXPECT_NE(one->fingerprint, other->fingerprint);
  EXPECT_EQ(one->fingerprint.size(), 16U);
}

}  // namespace
}  // namespace muster::ddl
