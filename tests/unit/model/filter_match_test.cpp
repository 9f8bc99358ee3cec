// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/model/filter.hpp"

namespace muster {

namespace {

using Array = FactValue::Array;
using Map = FactValue::Map;

FactValue text(const char* value)
{
  return {std::string{value}};
}

// The node that every test of this file asks about.
class Matching : public testing::Test {
protected:
  Matching()
  {
    facts_.set("kernel", text("Linux"));
    facts_.set("load", text("10"));
    facts_.set("memory", {std::int64_t{9'007'199'254'740'993}});  // 2^53 + 1: no double holds it
    facts_.set("ratio", {9.5});
    facts_.set("version", text("5.10.3"));
    facts_.set("mount", text("/usr/lib"));
    facts_.set("virtual", {false});
    facts_.set("os", {Map{{"family", text("Debian")}, {"name", text("Ubuntu")}}});
    facts_.set("roles", {Array{text("web"), text("db")}});
    facts_.set("nothing_in_it", {Array{}});
  }

  [[nodiscard]] bool matches(const Filter& filter) const
  {
    const auto compiled = CompiledFilter::compile(filter);
    EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().message);
    return compiled && compiled->matches({"web1.example.net", facts_, classes_, agents_});
  }

  [[nodiscard]] bool fact(const std::string& term) const
  {
    const auto parsed = parse_fact_term(term);
    EXPECT_TRUE(parsed) << term;
    return parsed && matches({{}, {}, {}, {*parsed}});
  }

  [[nodiscard]] Verdict decide(const Filter& filter, bool classes_complete = false) const
  {
    const auto compiled = CompiledFilter::compile(filter);
    return compiled->decide_partially({{"web1.example.net", facts_, classes_, agents_}, classes_complete});
  }

private:
  Facts facts_;
  std::vector<std::string> classes_{"apache", "role::web", "path/to/thing"};
  std::vector<std::string> agents_{"nrpe", "rpcutil"};
};

}  // namespace

TEST_F(Matching, HoldsForEveryNodeWhenTheFilterIsEmpty)
{
  EXPECT_TRUE(matches({}));
}

TEST_F(Matching, ComparesWithEqualsIgnoringCaseOfNameAndValue)
{
  EXPECT_TRUE(fact("kernel=linux"));
  EXPECT_TRUE(fact("KERNEL=LINUX"));
  EXPECT_FALSE(fact("kernel=lin"));
  EXPECT_TRUE(fact("virtual=False"));
}

TEST_F(Matching, ComparesExactlyWithDoubleEquals)
{
  EXPECT_TRUE(fact("kernel==Linux"));
  EXPECT_FALSE(fact("kernel==linux"));
  EXPECT_FALSE(fact("kernel==/Linux/"));
}

TEST_F(Matching, NegatesEqualsButNeverForAMissingFact)
{
  EXPECT_TRUE(fact("kernel!=windows"));
  EXPECT_FALSE(fact("kernel!=LINUX"));
  EXPECT_FALSE(fact("kernel!=/Lin/"));
  EXPECT_TRUE(fact("kernel!=/Win/"));
  EXPECT_FALSE(fact("missing!=x"));
}

TEST_F(Matching, NeverHoldsForAMissingFactWithAnyOperator)
{
  for (const auto* op : {"=", "==", "!=", "=~", "<", "<=", ">", ">="}) {
    EXPECT_FALSE(fact(std::string{"missing"} + op + "5")) << op;
  }
}

TEST_F(Matching, SearchesExpressionsUnanchored)
{
  EXPECT_TRUE(fact("kernel=/inu/"));
  EXPECT_TRUE(fact("kernel=~inu"));
  EXPECT_TRUE(fact("kernel=~/^L.*x$/"));
  EXPECT_FALSE(fact("kernel=/inu$/"));
  EXPECT_FALSE(fact("kernel=/linux/"));
  EXPECT_TRUE(fact("kernel=/(?i)linux/"));
}

TEST_F(Matching, TakesAPathForAWordAndNotForAnExpression)
{
  EXPECT_TRUE(fact("mount=/usr/lib"));
  EXPECT_FALSE(fact("mount=/usr"));
  EXPECT_TRUE(fact("mount=/r/l/"));
}

TEST_F(Matching, OrdersNumbersAsNumbers)
{
  EXPECT_TRUE(fact("load>9.5"));
  EXPECT_TRUE(fact("load>9"));
  EXPECT_FALSE(fact("load<9"));
  EXPECT_TRUE(fact("load>=10.0"));
  EXPECT_TRUE(fact("load<=10"));
  EXPECT_TRUE(fact("ratio<10"));
  EXPECT_TRUE(fact("ratio>-1"));
  EXPECT_TRUE(fact("memory>9007199254740992"));
  EXPECT_FALSE(fact("memory<9007199254740993"));
}

TEST_F(Matching, OrdersEverythingElseAsText)
{
  EXPECT_TRUE(fact("version>5.1"));
  EXPECT_TRUE(fact("kernel<Windows"));
  EXPECT_FALSE(fact("load>1e3x"));
}

TEST_F(Matching, HoldsForAnArrayByAnyElement)
{
  EXPECT_TRUE(fact("roles=WEB"));
  EXPECT_TRUE(fact("roles=/^d/"));
  EXPECT_TRUE(fact("roles!=web"));
  EXPECT_FALSE(fact("roles=mail"));
  EXPECT_FALSE(fact("nothing_in_it!=x"));
  EXPECT_TRUE(fact("roles.1=db"));
}

TEST_F(Matching, HoldsForAMapByAnyKey)
{
  EXPECT_TRUE(fact("os=family"));
  EXPECT_FALSE(fact("os=Debian"));
  EXPECT_TRUE(fact("os.family=debian"));
}

TEST_F(Matching, KeepsANodeThatSeveralIdentityTermsMatch)
{
  EXPECT_TRUE(matches({{"/web/", "/1/"}, {}, {}, {}}));
  EXPECT_TRUE(matches({{"db1", "WEB1.example.net"}, {}, {}, {}}));
  EXPECT_FALSE(matches({{"db1", "web1"}, {}, {}, {}}));
}

TEST_F(Matching, AsksForEveryClassAndEveryAgent)
{
  EXPECT_TRUE(matches({{}, {"Apache", "/web$/"}, {"nrpe"}, {}}));
  EXPECT_FALSE(matches({{}, {"apache", "mysql"}, {}, {}}));
  EXPECT_FALSE(matches({{}, {}, {"nrpe", "package"}, {}}));
}

TEST_F(Matching, RemovesOnlyTheSlashesRoundAnExpression)
{
  EXPECT_TRUE(matches({{}, {"/path/to/"}, {}, {}}));
  EXPECT_TRUE(matches({{}, {"/path/to"}, {}, {}}));
  EXPECT_FALSE(matches({{}, {"/pathto/"}, {}, {}}));
}

TEST_F(Matching, AsksForAllKindsTogether)
{
  const FactTerm linux{"kernel", FactOperator::equals, "linux"};
  EXPECT_TRUE(matches({{"/web/"}, {"apache"}, {"nrpe"}, {linux}}));
  EXPECT_FALSE(matches({{"/db/"}, {"apache"}, {"nrpe"}, {linux}}));
}

TEST_F(Matching, DecidesIdentityAndAgentsFromPresenceAlone)
{
  EXPECT_EQ(decide({{"/web/"}, {}, {"nrpe"}, {}}), Verdict::yes);
  EXPECT_EQ(decide({{"/db/"}, {}, {}, {}}), Verdict::no);
  EXPECT_EQ(decide({{}, {}, {"package"}, {}}), Verdict::no);
}

TEST_F(Matching, DecidesAFactFromPresenceOnlyWhenItIsAnnounced)
{
  EXPECT_EQ(decide({{}, {}, {}, {{"kernel", FactOperator::equals, "linux"}}}), Verdict::yes);
  EXPECT_EQ(decide({{}, {}, {}, {{"kernel", FactOperator::equals, "bsd"}}}), Verdict::no);
  EXPECT_EQ(decide({{}, {}, {}, {{"missing", FactOperator::equals, "x"}}}), Verdict::unknown);
}

TEST_F(Matching, DecidesAnAbsentClassFromPresenceOnlyWhenTheListIsComplete)
{
  EXPECT_EQ(decide({{}, {"apache"}, {}, {}}), Verdict::yes);
  EXPECT_EQ(decide({{}, {"mysql"}, {}, {}}), Verdict::unknown);
  EXPECT_EQ(decide({{}, {"mysql"}, {}, {}}, true), Verdict::no);
}

TEST_F(Matching, SaysNoFromPresenceWhateverElseIsUnknown)
{
  const FactTerm missing{"missing", FactOperator::equals, "x"};
  const FactTerm bsd{"kernel", FactOperator::equals, "bsd"};
  EXPECT_EQ(decide({{}, {"mysql"}, {}, {missing, bsd}}), Verdict::no);
}

TEST(CompiledFilter, NamesTheTermWhoseExpressionIsInvalid)
{
  const auto by_class = CompiledFilter::compile({{}, {"/web(/"}, {}, {}});
  ASSERT_FALSE(by_class);
  EXPECT_NE(by_class.error().message.find("class term '/web(/'"), std::string::npos)
      << by_class.error().message;
  const auto by_fact = CompiledFilter::compile({{}, {}, {}, {{"kernel", FactOperator::equals, "/[/"}}});
  ASSERT_FALSE(by_fact);
  EXPECT_NE(by_fact.error().message.find("'kernel=/[/'"), std::string::npos) << by_fact.error().message;
}

TEST(CompiledFilter, RefusesExpressionsThatAreEmptyOrNeedTooMuchMemory)
{
  EXPECT_FALSE(CompiledFilter::compile({{"/"}, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{"//"}, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{"/((a{100}){100}){100}/"}, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{"/\\pL{900}/"}, {}, {}, {}}));
}

TEST(CompiledFilter, RefusesTooManyAndTooLongAndEmptyTerms)
{
  const std::vector<std::string> many(Filter::max_terms + 1, "a");
  EXPECT_FALSE(CompiledFilter::compile({many, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{std::string(Filter::max_term_length + 1, 'a')}, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{""}, {}, {}, {}}));
  EXPECT_FALSE(CompiledFilter::compile({{}, {}, {}, {{"", FactOperator::equals, "x"}}}));
  EXPECT_TRUE(CompiledFilter::compile({std::vector<std::string>(Filter::max_terms, "a"), {}, {}, {}}));
}

}  // namespace muster
