// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_ddl.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/ddl/ruby_syntax.hpp"

namespace muster::ddl {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string metadata = "metadata :name => 'sample', :timeout => 5\n";

ConvertedDdl converted(const std::string& text)
{
  auto result = convert_ruby_ddl(text, "x.ddl");
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or(ConvertedDdl{});
}

std::string refusal_of(const std::string& text)
{
  const auto result = convert_ruby_ddl(text, "x.ddl");
  return result ? "" : result.error().message;
}

// What stands in an action comes out at x.ddl:3.
std::string in_action(const std::string& text)
{
  return metadata + "action 'act', :description => 'Acts' do\n" + text + "\nend\n";
}

ConvertedDdl action_of(const std::string& text)
{
  return converted(in_action(text));
}

std::string recorded(const std::string& name)
{
  std::ifstream file{std::string{MUSTER_TEST_DATA} + "/ruby_ddl/" + name + ".ddl"};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string input_json(const std::string& options)
{
  const auto ddl = action_of("input :it, " + options);
  return json::serialize(
      ddl.source.at("actions").as_array().at(0).as_object().at("input").as_object().at("it"));
}

TEST(RubyDdl, CarriesAnActionOver)
{
  const auto ddl = action_of(
      "display :always\n"
      "input :service, :prompt => 'Service', :description => 'Which', :type => :string,\n"
      "      :validation => :service_name, :optional => false, :maxlength => 90\n"
      "output :status, :description => 'How it is', :display_as => 'Status', :default => 'unknown'\n"
      "summarize do\n aggregate summary(:status)\n aggregate average(:t, :format => 'T: %d')\nend");
  EXPECT_EQ(
      json::serialize(ddl.source.at("actions")),
      R"([{"action":"act","description":"Acts","display":"always","changes":true,)"
      R"("input":{"service":{"prompt":"Service","description":"Which","type":"string","optional":false,)"
      R"("validation":"service_name","maxlength":90}},)"
      R"("output":{"status":{"description":"How it is","display_as":"Status","default":"unknown"}},)"
      R"("aggregate":[{"function":"summary","args":["status"]},)"
      R"({"function":"average","args":["t",{"format":"T: %d"}]}]}])");
  EXPECT_THAT(ddl.warnings, IsEmpty());
  EXPECT_EQ(ddl.agent.metadata.name, "sample");
  EXPECT_EQ(ddl.agent.metadata.timeout, std::chrono::seconds{5});
}

TEST(RubyDdl, ReadsTheAgentsThatAFleetHas)
{
  const std::vector<std::pair<const char*, std::size_t>> agents{
      {"nrpe", 2}, {"package", 4}, {"service", 2}, {"puppet", 4}, {"rpcutil", 4}, {"filemgr", 3}};
  for (const auto& [name, actions] : agents) {
    const auto ddl = converted(recorded(name));
    EXPECT_EQ(ddl.agent.metadata.name, name);
    EXPECT_EQ(ddl.agent.actions.size(), actions) << name;
  }
}

TEST(RubyDdl, TakesTheSummaryOutOfTheConditionThatOldMCollectivesNeeded)
{
  const auto ddl = converted(recorded("nrpe"));
  ASSERT_EQ(ddl.agent.actions.front().aggregates.size(), 1U);
  EXPECT_EQ(ddl.agent.actions.front().aggregates.front().function, "nagios_states");
}

TEST(RubyDdl, CarriesTypesAndDefaultsOver)
{
  EXPECT_EQ(
      input_json(":type => :boolean, :default => false"),
      R"({"prompt":"","description":"","type":"boolean","optional":false,"default":false})");
  EXPECT_EQ(
      input_json("type: 'integer', default: -5, optional: nil"),
      R"({"prompt":"","description":"","type":"integer","optional":false,"default":-5})");
  EXPECT_EQ(
      input_json(":type => :list, :list => %w[a b], :default => nil"),
      R"({"prompt":"","description":"","type":"list","optional":false,"list":["a","b"]})");
  EXPECT_EQ(
      input_json(":type => :hash, :default => {'a' => [1, 2.5, :b], c: {}}"),
      R"({"prompt":"","description":"","type":"hash","optional":false,"default":{"a":[1,2.5E0,"b"],"c":{}}})");
}

TEST(RubyDdl, JoinsStringsAsRubyDoes)
{
  EXPECT_THAT(
      input_json(":type => :float, :prompt => 'one ' \\\n 'two', :description => 'three ' +\n 'four'"),
      HasSubstr(R"("prompt":"one two","description":"three four")"));
}

TEST(RubyDdl, WarnsOfValidatorsThatArePlugins)
{
  const auto ddl = action_of("input :tags, :type => :string, :validation => :puppet_tags");
  EXPECT_EQ(ddl.agent.actions[0].inputs[0].validation, "shellsafe");
  EXPECT_THAT(
      ddl.warnings,
      ElementsAre(StartsWith(
          "x.ddl:3:47: input tags: validator 'puppet_tags' is a plugin in Ruby: shellsafe stands")));
}

TEST(RubyDdl, TellsOnceThatAnchorsMeanLess)
{
  const auto ddl = action_of(
      "input :a, :type => :string, :validation => '^a$'\n"
      "input :b, :type => :string, :validation => /^b$/i\n"
      "input :c, :type => :string, :validation => '\\Ac\\z'");
  EXPECT_EQ(ddl.agent.actions[0].inputs[1].validation, "(?i)^b$");
  ASSERT_EQ(ddl.warnings.size(), 1U);
  EXPECT_THAT(ddl.warnings[0], StartsWith("x.ddl:3:44: ^ and $ stand for the ends of any line in Ruby"));
  EXPECT_THAT(ddl.warnings[0], HasSubstr("; also at 4:44"));
}

TEST(RubyDdl, AnExpressionThatReadsLikeAValidatorStaysAnExpression)
{
  const auto ddl = action_of("input :a, :type => :string, :validation => /ipaddress/");
  EXPECT_EQ(ddl.agent.actions[0].inputs[0].validation, "(?:ipaddress)");
  const auto foreign = action_of("input :a, :type => :string, :validation => /ntp/");
  EXPECT_EQ(foreign.agent.actions[0].inputs[0].validation, "(?:ntp)");
}

TEST(RubyDdl, LeavesOutWithAWarningWhatThereIsNot)
{
  const auto ddl = converted(
      "usage 'how to'\ncategory :x\n" + metadata +
      "action 'act', :description => 'x', :colour => 'red' do\n"
      "display :flatten\n"
      "input :a, :type => :boolean, :optional => true, :default => true, :maxlength => 3, :list => [], "
      ":other => 1\n"
      "summarize do\n aggregate sparkline(:a)\nend\nend");
  const std::vector<const char*> expected{
      "x.ddl:1:1: usage",
      "x.ddl:2:1: category",
      "x.ddl:4:47: action act: 'colour' is not known",
      "x.ddl:5:1: display :flatten",
      "x.ddl:6:81: input a: only strings have a maxlength",
      "x.ddl:6:93: input a: only an input of :type => :list",
      "x.ddl:6:61: input a: it is optional and has a default",
      "x.ddl:6:107: input a: 'other' is not known",
      "x.ddl:8:12: aggregate 'sparkline' is a plugin"};
  ASSERT_EQ(ddl.warnings.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_THAT(ddl.warnings[i], StartsWith(expected[i]));
  }
  EXPECT_TRUE(ddl.agent.actions[0].aggregates.empty());
}

TEST(RubyDdl, RoundsATimeoutUp)
{
  const auto ddl = converted("metadata :name => 'a', :timeout => 0.5");
  EXPECT_EQ(ddl.agent.metadata.timeout, std::chrono::seconds{1});
  EXPECT_THAT(ddl.warnings, ElementsAre(HasSubstr("rounded up to 1 s")));
  EXPECT_THAT(refusal_of("metadata :name => 'a', :timeout => 1e300"), HasSubstr("seconds of one day"));
}

TEST(RubyDdl, RefusesCodeByItsPlaceAndSaysWhatToDo)
{
  const std::vector<std::pair<std::string, const char*>> cases{
      {"if File.exist?('x')\nend", "x.ddl:1:1: found 'if'"},
      {"if true\nend",
       "x.ddl:1:1: found 'if', expected metadata, requires, usage, action or what an action holds; it "
       "is code, which is never run: write what it comes to, or take it away"},
      {"action 'a' do\nwhile true\nend\nend", "x.ddl:2:1: found 'while'"},
      {"metadata :name => NAME", "x.ddl:1:19: found 'NAME', expected a string, a symbol"},
      {"metadata :name => NAME", "it is a constant: nothing is evaluated"},
      {"metadata :name => name", "it is a method or a variable"},
      {"metadata :name => system('id')", "x.ddl:1:19: found a call as :name of metadata, expected a string"},
      {"system('id')",
       "x.ddl:1:1: found 'system', expected metadata, requires, usage or action; nothing else is read"},
      {"require 'json'", "found 'require'"},
      {"Foo", "found 'Foo'"},
      {"metadata :name => 'a'.strip", "x.ddl:1:22: found '.', a method call"},
      {"metadata :name => 'a' if true", "x.ddl:1:23: found 'if', expected the end of the line"},
      {"dataquery :description => 'x' do\nend", "which is the DDL of a data plugin"},
      {"discovery do\ncapabilities [:a]\nend", "which is the DDL of a discovery method"}};
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(refusal_of(text), HasSubstr(why)) << text;
  }
}

TEST(RubyDdl, RefusesWhatDoesNotMakeADdl)
{
  const std::vector<std::pair<std::string, const char*>> cases{
      {"", "x.ddl:1:1: this file has no metadata"},
      {"metadata", "expected one metadata"},
      {metadata + metadata, "x.ddl:2:1: expected one metadata"},
      {"metadata :name => 'a b'", "x.ddl:1:19: expected :name => \"NAME\""},
      {"metadata :version => '1'", "x.ddl:1:1: expected :name => \"NAME\""},
      {"metadata :name => 'a', :timeout => 'x'",
       "found a string as :timeout of metadata, expected a whole number"},
      {"metadata :name => 'a', :timeout => -1", "what comes of it cannot be loaded"},
      {metadata + "action 'a b'", "x.ddl:2:8: found 'a b' as the name of an action"},
      {metadata + "action 'a'\naction 'a'", "x.ddl:3:1: found a second action 'a'"},
      {metadata + "action :description => 'x'", "expected action :NAME"},
      {metadata + "action 'a' do",
       "found the end of the file, expected end for the block that begins at 2:12"},
      {metadata + "end",
       "x.ddl:2:1: found 'end', expected metadata, requires, usage or action: this closes nothing"},
      {in_action("input :a, :type => :any"), "x.ddl:3:20: found the type 'any'"},
      {in_action("input :a, :prompt => 'x'"), "x.ddl:3:1: this input has no type"},
      {in_action("input :a, :type => :list"), "this input has no list"},
      {in_action("input :a, :type => :list, :list => [1]"),
       "found a number as :list of input a, expected strings"},
      {in_action("input :a, :type => :string\ninput :a, :type => :string"),
       "x.ddl:4:1: found a second input a"},
      {in_action("input :a, :type => :string, :validation => '^(?=x)'"),
       "x.ddl:3:44: found a string as :validation"},
      {in_action("input :a, :type => :string, :validation => String"), "a constant"},
      {in_action("input :a, :type => :string, :maxlength => '9'"), "expected a whole number"},
      {in_action("input :a, :type => :string, :maxlength => 999999"), "what comes of it cannot be loaded"},
      {in_action("output :a, :default => /x/"), "which is no value in JSON"},
      {in_action("output :a do\nend"), "found a block behind output"},
      {in_action("display :none"), "expected display :ok, :failed or :always"},
      {in_action("usage 'x'"), "x.ddl:3:1: found 'usage', expected input, output, display or summarize"},
      {in_action("summarize"), "found summarize without a block"},
      {in_action("summarize do\nsummary(:a)\nend"), "expected aggregate"},
      {in_action("summarize do\naggregate :a\nend"), "expected aggregate FUNCTION(:OUTPUT)"},
      {in_action("summarize do\naggregate summary(1)\nend"), "expected aggregate summary(:OUTPUT"},
      {in_action("input :a, :type => [:string"), "expected ] for what begins at 3:20"}};
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(refusal_of(text), HasSubstr(why)) << text;
  }
}

TEST(RubyDdl, IsBounded)
{
  const std::string deep(deepest_ruby_value + 1, '[');
  EXPECT_THAT(refusal_of("metadata :name => " + deep), HasSubstr("more than 8 deep"));
  std::string blocks;
  for (std::size_t i = 0; i <= deepest_ruby_block; ++i) {
    blocks += "action 'a' do\n";
  }
  EXPECT_THAT(refusal_of(blocks), HasSubstr("blocks lie more than 4 deep"));
  std::string members = "metadata :name => 'a'";
  for (std::size_t i = 0; i <= most_ruby_members; ++i) {
    members += ", :m" + std::to_string(i) + " => 1";
  }
  EXPECT_THAT(refusal_of(members), HasSubstr("more than 256 names"));
  std::string actions = metadata;
  for (int i = 0; i < 129; ++i) {
    actions += "action 'a" + std::to_string(i) + "'\n";
  }
  EXPECT_THAT(refusal_of(actions), StartsWith("x.ddl:130:1: found more than 128 actions"));
}

TEST(RubyDdl, TellsAHundredWarningsAtMost)
{
  std::string text = metadata;
  for (int i = 0; i < 120; ++i) {
    text += "action 'a" + std::to_string(i) + "', :odd" + std::to_string(i) + " => 1\n";
  }
  const auto ddl = converted(text);
  ASSERT_EQ(ddl.warnings.size(), RubyReport::most_warnings + 1);
  EXPECT_THAT(ddl.warnings.back(), HasSubstr("further warnings are left out; also at 103:"));
  EXPECT_THAT(ddl.warnings.back(), HasSubstr("and 11 more"));
}

}  // namespace

}  // namespace muster::ddl
