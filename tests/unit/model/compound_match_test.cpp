// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/model/compound_filter.hpp"

namespace muster {
namespace {

const FunctionCall load{"nrpe", "check_load"};
const FunctionCall hosts{"fstat", "/etc/hosts"};

// A node in the United Kingdom with two roles, Apache, and a check that is well.
class ANode : public testing::Test {
protected:
  ANode()
  {
    facts.set("country", FactValue{std::string{"UK"}});
    facts.set("cpus", FactValue{std::int64_t{10}});
    facts.set("roles", FactValue{FactValue::Array{{std::string{"web"}}, {std::string{"cache"}}}});
    facts.set("os", FactValue{FactValue::Map{{"family", FactValue{std::string{"Debian"}}}}});
    functions[load] = FunctionOutputs{
        {"exitcode", FactValue{std::int64_t{0}}}, {"output", FactValue{std::string{"load is fine"}}}};
    functions[hosts] = std::nullopt;
  }

  [[nodiscard]] Verdict verdict(const std::string& text) const
  {
    return CompoundFilter::parse(text).value().decide({facts, all_facts, classes, all_classes, functions});
  }

  [[nodiscard]] std::string next_to_ask(const std::string& text) const
  {
    const auto call =
        CompoundFilter::parse(text).value().next_to_ask({facts, all_facts, classes, all_classes, functions});
    return call ? to_string(call->call) : "";
  }

  void expect_all(Verdict expected, const std::vector<std::string>& filters) const
  {
    for (const auto& filter : filters) {
      EXPECT_EQ(verdict(filter), expected) << filter;
    }
  }

  Facts facts;
  std::vector<std::string> classes{"apache", "role::web"};
  FunctionValues functions;
  bool all_facts = true;
  bool all_classes = true;
};

TEST_F(ANode, IsMeantByFactsWithEveryOperator)
{
  expect_all(
      Verdict::yes,
      {"country=uk",
       "country==UK",
       "country!=de",
       "country=~^U",
       "country=/^U/",
       "country!=/^D/",
       "cpus<11",
       "cpus<=10",
       "cpus>9.5",
       "cpus>=10",
       "roles=cache",
       "roles.0=web",
       "os.family=Debian",
       "os=family"});
  expect_all(
      Verdict::no,
      {"country==uk",
       "country!=uk",
       "country=~^D",
       "country!=/^U/",
       "cpus<10",
       "cpus<=9",
       "cpus>10",
       "cpus>=10.5",
       "roles=mail",
       "country='/^U/'"});
}

TEST_F(ANode, IsNeverMeantByAFactThatItDoesNotHave)
{
  expect_all(
      Verdict::no,
      {"city=x", "city!=x", "city=~.", "city<x", "city>=x", "city=/./", "fact('city').value!=x", "city=''"});
  expect_all(
      Verdict::yes, {"not city=x", "!city!=x", "fact('city').exists=false", "fact('cpus').exists=true"});
}

TEST_F(ANode, IsMeantByItsClasses)
{
  expect_all(Verdict::yes, {"apache", "APACHE", "/^role::/", "not mysql", "apache and role::web"});
  expect_all(Verdict::no, {"mysql", "apach", "/^web/", "not apache"});
}

TEST_F(ANode, IsMeantByWhatItsStatementsSayTogether)
{
  expect_all(
      Verdict::yes,
      {"apache or mysql",
       "mysql or apache and country=uk",
       "(mysql or apache) and country=uk",
       "not (mysql and apache)",
       "not mysql and not country=de",
       "not not apache"});
  expect_all(
      Verdict::no,
      {"apache and mysql", "(mysql or apache) and country=de", "not (mysql or apache)", "!apache or mysql"});
}

TEST_F(ANode, IsMeantByWhatADataFunctionGave)
{
  expect_all(
      Verdict::yes,
      {"nrpe('check_load').exitcode=0",
       "nrpe('check_load').exitcode<1",
       "nrpe('check_load').output=~fine",
       "not nrpe('check_load').exitcode>0"});
  expect_all(
      Verdict::no,
      {"nrpe('check_load').exitcode=1", "nrpe('check_load').state=OK", "nrpe('check_load').output=/bad/"});
}

TEST_F(ANode, IsInDoubtAboutADataFunctionThatItCannotTell)
{
  expect_all(
      Verdict::unknown,
      {"fstat('/etc/hosts').size>0",
       "not fstat('/etc/hosts').size>0",
       "fstat('/etc/hosts').present=0 and apache",
       "service('ssh').status=running or mysql"});
  expect_all(Verdict::yes, {"fstat('/etc/hosts').size>0 or apache"});
  expect_all(Verdict::no, {"fstat('/etc/hosts').size>0 and mysql", "not (fstat('/x').size>0 or apache)"});
}

TEST_F(ANode, AsksOnlyWhatTheVerdictHangsOn)
{
  EXPECT_EQ(next_to_ask("apache and service('a').status=x"), "service('a')");
  EXPECT_EQ(next_to_ask("mysql and service('a').status=x"), "");
  EXPECT_EQ(next_to_ask("apache or service('a').status=x"), "");
  EXPECT_EQ(next_to_ask("(mysql and service('a').status=x) or service('b').status=x"), "service('b')");
  EXPECT_EQ(next_to_ask("fstat('/etc/hosts').size>0"), "") << "was tried";
  EXPECT_EQ(next_to_ask("fstat('/etc/hosts').size>0 or service('a').status=x"), "service('a')");
  EXPECT_EQ(next_to_ask("not service('a').status=x"), "service('a')");
  EXPECT_EQ(next_to_ask("fact('city').value=x"), "");
}

TEST_F(ANode, AsksOnceForAllOutputsThatItsFilterLooksAt)
{
  const auto filter =
      CompoundFilter::parse("fstat('/a').size>0 and not fstat('/a').md5=/x/ and fstat('/b').uid=0").value();
  const FunctionValues none;
  const auto question = filter.next_to_ask({facts, true, classes, true, none});
  EXPECT_EQ(question.value().outputs, (std::set<std::string>{"md5", "size"}));
}

TEST_F(ANode, IsInDoubtForWhoKnowsOnlySomeOfIt)
{
  all_facts = false;
  all_classes = false;
  functions.clear();
  expect_all(
      Verdict::yes, {"country=uk", "apache", "mysql or apache", "not country=de", "fact('cpus').value>9"});
  expect_all(Verdict::no, {"country=de", "country=de and mysql", "not apache"});
  expect_all(
      Verdict::unknown,
      {"city=x",
       "not city=x",
       "mysql",
       "not mysql",
       "fact('city').exists=false",
       "fact('city').value=x",
       "apache and city=x",
       "nrpe('check_load').exitcode=0"});
}

TEST_F(ANode, DecidesAWholeFilterWithItsCompoundPart)
{
  const std::vector<std::string> agents{"nrpe"};
  const NodeView view{"web1", facts, classes, agents};
  Filter filter;
  filter.compound = "apache and nrpe('check_load').exitcode=0";
  filter.facts = {{"country", FactOperator::equals, "uk"}};
  const auto compiled = CompiledFilter::compile(filter).value();
  EXPECT_FALSE(compiled.matches(view)) << "nobody has asked yet";
  EXPECT_EQ(compiled.decide_partially({view, true}), Verdict::unknown);
  EXPECT_EQ(compiled.decide(view, {true, functions}), Verdict::yes);
  EXPECT_EQ(compiled.next_to_ask(view, {}).value().call, load);
  facts.set("country", FactValue{std::string{"de"}});
  EXPECT_EQ(compiled.decide(view, {}), Verdict::no);
  EXPECT_FALSE(compiled.next_to_ask(view, {})) << "the fact has decided";
}

TEST_F(ANode, LeavesClassesThatCannotBeReadOpen)
{
  const std::vector<std::string> agents;
  const std::vector<std::string> none;
  const NodeView view{"web1", facts, none, agents};
  Filter filter;
  filter.compound = "mysql or country=de";
  const auto compiled = CompiledFilter::compile(filter).value();
  EXPECT_TRUE(compiled.asks_for_classes());
  EXPECT_EQ(compiled.decide(view, {false, {}}), Verdict::unknown);
  EXPECT_EQ(compiled.decide(view, {true, {}}), Verdict::no);
  filter.compound = "country=de";
  EXPECT_FALSE(CompiledFilter::compile(filter).value().asks_for_classes());
}

}  // namespace
}  // namespace muster
