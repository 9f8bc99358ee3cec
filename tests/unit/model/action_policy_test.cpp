// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/action_policy.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace muster {
namespace {

// A node in development with two classes.
class PolicyOf : public testing::Test {
protected:
  PolicyOf()
  {
    facts_.set("environment", FactValue{std::string{"development"}});
    facts_.set("kernel", FactValue{std::string{"Linux"}});
    facts_.set("memorysize_mb", FactValue{std::int64_t{2048}});
  }

  void with_groups(const std::string& text)
  {
    auto reading = CallerGroups::parse(text);
    ASSERT_TRUE(reading.faults.empty()) << reading.faults[0].message;
    groups_ = reading.groups;
  }

  // "allow 3": what decides and in which line; 0 is the default's.
  std::string decided(const std::string& text, const std::string& caller, const std::string& action)
  {
    const auto reading = ActionPolicy::parse(text);
    EXPECT_TRUE(reading.faults.empty()) << text << reading.faults[0].message;
    const PolicyNode node{{name_, facts_, classes_, agents_}, classes_known_};
    const auto* rule = reading.policy.deciding({caller, "package", action, true, node}, groups_);
    const bool allows = rule != nullptr ? rule->allows : reading.policy.allows_by_default;
    return std::string{allows ? "allow " : "deny "} + std::to_string(rule != nullptr ? rule->line : 0);
  }

  std::string name_ = "web1";
  Facts facts_;
  std::vector<std::string> classes_{"apache", "web_server"};
  std::vector<std::string> agents_;
  bool classes_known_ = true;
  CallerGroups groups_;
};

TEST_F(PolicyOf, NothingDeniesEverything)
{
  EXPECT_EQ(decided("", "alice@ops1", "status"), "deny 0");
  EXPECT_EQ(decided("# nothing\n\n   \r\n", "alice@ops1", "status"), "deny 0");
}

TEST_F(PolicyOf, ADefaultCountsWhereverItStandsAndTheLastOneWins)
{
  EXPECT_EQ(decided("policy default allow", "alice@ops1", "status"), "allow 0");
  EXPECT_EQ(decided("deny\tbob@ops1\t*\t*\npolicy\tdefault\tallow\n", "alice@ops1", "status"), "allow 0");
  const std::string twice = "policy default allow\npolicy default deny\n";
  EXPECT_EQ(decided(twice, "alice@ops1", "status"), "deny 0");
  EXPECT_EQ(ActionPolicy::parse(twice).warnings.size(), 1U);
}

TEST_F(PolicyOf, TheFirstLineThatMatchesDecides)
{
  const std::string text =
      "policy default deny\n"
      "deny\tbob@ops1\tstop\t*\n"
      "allow\t*\tstatus stop\t*\n"
      "deny\t*\t*\t*\n";
  EXPECT_EQ(decided(text, "bob@ops1", "stop"), "deny 2");
  EXPECT_EQ(decided(text, "alice@ops1", "stop"), "allow 3");
  EXPECT_EQ(decided(text, "alice@ops1", "start"), "deny 4");
}

// The policies that ActionPolicy's own documentation shows, with callers of ours.
TEST_F(PolicyOf, MCollectivesExamplesMeanWhatTheyMeantThere)
{
  const std::string text =
      "policy default deny\r\n"
      "allow\tadmin@ops1\t*\t*\t*\r\n"
      "allow\tacme@ops1\t*\tenvironment=development\tacme::devserver\r\n"
      "allow\tcustomer@ops1\t\tstatus restart\t*\t/^web/\r\n"
      "deny\t*\tdisable enable\tenvironment=development\tapache\r\n"
      "allow\tuid=500\tstatus enable disable\t*\t*\r\n";
  EXPECT_EQ(decided(text, "admin@ops1", "stop"), "allow 2");
  EXPECT_EQ(decided(text, "acme@ops1", "stop"), "deny 0") << "the class is not there";
  classes_.emplace_back("acme::devserver");
  EXPECT_EQ(decided(text, "acme@ops1", "stop"), "allow 3");
  EXPECT_EQ(decided(text, "customer@ops1", "restart"), "allow 4");
  EXPECT_EQ(decided(text, "customer@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided(text, "anybody@ops1", "enable"), "deny 5");
}

TEST_F(PolicyOf, CallersAreComparedWholeAndNeverByAPart)
{
  // MCollective let uid=0 in by a line for uid=01.
  EXPECT_EQ(decided("allow\tuid=01\t*\t*", "uid=0", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\tuid=01\t*\t*", "uid=01", "stop"), "allow 1");
  EXPECT_EQ(decided("allow\talice@ops1\t*\t*", "alice@ops", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\talice@ops1\t*\t*", "alice@ops11", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\talice@ops1\t*\t*", "malice@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\talice@ops1\t*\t*", "Alice@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\tcert=alice\t*\t*", "alice@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\talice@ops1\tstop\t*", "alice@ops1", "sto"), "deny 0") << "actions too";
}

TEST_F(PolicyOf, ACallerThatIsNobodyHereIsWarnedOf)
{
  const auto reading = ActionPolicy::parse("allow\tcert=rip alice@ops1\t*\t*");
  EXPECT_TRUE(reading.faults.empty());
  ASSERT_EQ(reading.warnings.size(), 1U);
  EXPECT_EQ(reading.warnings[0].line, 1U);
  EXPECT_NE(reading.warnings[0].message.find("'cert=rip'"), std::string::npos);
}

TEST_F(PolicyOf, AGroupStandsForItsCallers)
{
  with_groups("# ours\nadmins alice@ops1\tbob@ops1\nreleasers carol@ci1\n");
  EXPECT_EQ(decided("allow admins * *", "bob@ops1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow admins * *", "carol@ci1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow\treleasers dan@ops1\t*\t*", "carol@ci1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow\treleasers dan@ops1\t*\t*", "dan@ops1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow admins * *", "bob@ops", "stop"), "deny 0");
}

TEST_F(PolicyOf, AGroupThatIsNotDefinedAllowsNobodyAndDeniesEverybody)
{
  const auto reading = ActionPolicy::parse("allow admins * *\n");
  const auto faults = reading.policy.undefined_groups(groups_);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].line, 1U);
  EXPECT_EQ(decided("policy default allow\nallow admins * *", "bob@ops1", "stop"), "allow 0");
  EXPECT_EQ(decided("policy default allow\ndeny admins * *", "bob@ops1", "stop"), "deny 2");
}

TEST_F(PolicyOf, FactsMustAllHoldWithEveryOperatorOfAFilter)
{
  const std::vector<std::pair<const char*, bool>> columns{
      {"*", true},
      {"environment=development", true},
      {"environment=production", false},
      {"environment=development kernel=linux", true},
      {"environment=development kernel=hurd", false},
      {"environment!=production", true},
      {"environment=/^dev/", true},
      {"environment=~prod", false},
      {"memorysize_mb>=2048", true},
      {"memorysize_mb<2048", false},
      {"kernel==linux", false},
      {"nothing=x", false},
      {"nothing!=x", false},
  };
  for (const auto& [column, expected] : columns) {
    EXPECT_EQ(
        decided(std::string{"allow\t*\t*\t"} + column, "alice@ops1", "stop"), expected ? "allow 1" : "deny 0")
        << column;
  }
}

TEST_F(PolicyOf, ClassesMustAllBeThere)
{
  EXPECT_EQ(decided("allow\t*\t*\t*\tapache web_server", "alice@ops1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow\t*\t*\t*\tapache db_server", "alice@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow * * * /^web_/", "alice@ops1", "stop"), "allow 1");
}

TEST_F(PolicyOf, CompoundExpressionsTakeFactsAndClasses)
{
  const std::vector<std::pair<const char*, bool>> columns{
      {"(kernel=linux and environment=production) or environment=development", true},
      {"kernel=linux and environment=production", false},
      {"not environment=production", true},
      {"!environment=development", false},
      {"(apache and not db_server) and memorysize_mb>1000", true},
      {"/^db/ or environment=production", false},
      {"fact('environment').value=development", true},
  };
  for (const auto& [column, expected] : columns) {
    EXPECT_EQ(
        decided(std::string{"allow\t*\t*\t"} + column, "alice@ops1", "stop"), expected ? "allow 1" : "deny 0")
        << column;
  }
  EXPECT_EQ(decided("allow\t*\t*\t*\tapache or db_server", "alice@ops1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow\t*\t*\tnot kernel=linux\tapache", "alice@ops1", "stop"), "deny 0");
  classes_known_ = false;
  classes_.clear();
  EXPECT_EQ(decided("allow\t*\t*\tnot db_server", "alice@ops1", "stop"), "deny 0") << "nobody knows";
  EXPECT_EQ(decided("policy default allow\ndeny\t*\t*\tapache or db_server", "alice@ops1", "stop"), "deny 2");
}

TEST_F(PolicyOf, ClassesThatTheNodeCannotReadAllowNothingAndDenyEverything)
{
  classes_known_ = false;
  classes_.clear();
  EXPECT_EQ(decided("policy default allow\ndeny * * * db_server", "alice@ops1", "stop"), "deny 2");
  EXPECT_EQ(decided("policy default deny\nallow * * * apache", "alice@ops1", "stop"), "deny 0");
  EXPECT_EQ(decided("allow * * environment=production apache\nallow * * *", "alice@ops1", "stop"), "allow 2");
}

TEST_F(PolicyOf, ColumnsOfOneWordEachNeedNoTabs)
{
  EXPECT_EQ(decided("  allow  alice@ops1   stop *\r\n", "alice@ops1", "stop"), "allow 1");
  EXPECT_EQ(decided("allow alice@ops1 stop kernel=linux apache", "alice@ops1", "stop"), "allow 1");
}

TEST_F(PolicyOf, WhyALineDoesNotMatchNamesTheColumn)
{
  const PolicyNode node{{name_, facts_, classes_, agents_}, true};
  const PolicyQuestion question{"alice@ops1", "package", "stop", true, node};
  const std::vector<std::pair<const char*, const char*>> lines{
      {"allow * * *", ""},
      {"allow bob@ops1 * *", "alice@ops1 is not among the callers"},
      {"allow * start *", "stop is not among the actions"},
      {"allow * * environment=production", "environment=production does not hold: it is 'development'"},
      {"allow * * nothing=x", "the node has no fact nothing"},
      {"allow * * * db_server", "the node has no class db_server"},
      {"allow admins * *", "the group is not defined"},
  };
  for (const auto& [line, expected] : lines) {
    const auto reading = ActionPolicy::parse(line);
    ASSERT_EQ(reading.policy.rules.size(), 1U) << line;
    EXPECT_EQ(reading.policy.rules[0].why_not(question, groups_), expected) << line;
  }
}

}  // namespace

TEST(ActionPolicy, LinesThatCannotBeReadAreAllToldWithTheirNumbers)
{
  const std::vector<std::pair<std::string, std::string>> lines{
      {"permit\t*\t*\t*", "cannot read"},
      {"allowed\t*\t*\t*", "cannot read"},
      {"Allow\t*\t*\t*", "cannot read"},
      {"policy default maybe", "expected policy default allow"},
      {"policy deny", "expected policy default allow"},
      {"allow", "1 columns"},
      {"allow\talice@ops1\tstop", "3 columns"},
      {"allow\t*\t*\t*\t*\t*", "6 columns"},
      {"allow alice@ops1\tstop\t*", "ends at a tab"},
      {"allow alice@ops1 bob@ops1 start stop * *", "7 words without a tab"},
      {"allow alice@ops1 bob@ops1 * *", "'bob@ops1' is no action"},
      {"allow * start stop *", "the facts column has 'stop'"},
      {"allow * stop kernel=linux os=debian", "the classes column has 'os=debian'"},
      {"allow\t* alice@ops1\t*\t*", "* stands alone"},
      {"allow\talice@ops1/x\t*\t*", "'alice@ops1/x' is no caller"},
      {"allow\t*\tst*p\t*", "'st*p' is no action"},
      {"allow\t*\t*\tkernel", "the facts column has 'kernel'"},
      {"allow\t*\t*\tkernel=/(/", "fact term"},
      {"allow\t*\t*\t*\t# a note", "the classes column has '#'"},
      {"allow\t*\t*\t*\t/[/", "class term"},
      {"allow\t*\t*\tnrpe('check_load').exitcode=0", "is a data function"},
      {"allow\t*\t*\t(kernel=linux and service('x').status=y)", "is a data function"},
      {"allow\t*\t*\tpuppet().enabled=false", "the expression 'puppet().enabled=false'"},
      {"allow\t*\t*\t(a=b and", "the expression '(a=b and': at character"},
      {"allow\t*\t*\t*\tapache and kernel=linux", "the classes column has facts"},
      {"allow\t*\t*\t" + std::string(3000, 'x') + "=y", "facts column"},
  };
  std::string text;
  for (const auto& [line, expected] : lines) {
    text += line + "\n";
  }
  const auto reading = ActionPolicy::parse(text);
  ASSERT_EQ(reading.faults.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(reading.faults[i].line, i + 1);
    EXPECT_NE(reading.faults[i].message.find(lines[i].second), std::string::npos)
        << lines[i].first << ": " << reading.faults[i].message;
    EXPECT_LT(reading.faults[i].message.size(), 400U);
  }
  EXPECT_TRUE(reading.policy.rules.empty());
}

TEST(ActionPolicy, HasLimits)
{
  std::string rules;
  for (std::size_t i = 0; i <= ActionPolicy::most_rules; ++i) {
    rules += "allow * * *\n";
  }
  EXPECT_EQ(ActionPolicy::parse(rules).faults.size(), 1U);
  std::string words = "allow\t";
  for (std::size_t i = 0; i <= ActionPolicy::most_words; ++i) {
    words += "a" + std::to_string(i) + "@ops1 ";
  }
  EXPECT_EQ(ActionPolicy::parse(words + "\t*\t*").faults.size(), 1U);
}

TEST(CallerGroups, LinesThatCannotBeReadAreTold)
{
  const std::vector<std::pair<const char*, const char*>> lines{
      {"ad/mins alice@ops1", "no name of a group"},
      {"* alice@ops1", "no name of a group"},
      {"alice@ops1 bob@ops1", "no name of a group"},
      {"admins", "nobody in it"},
      {"admins others", "groups do not nest"},
      {"admins alice@ops1,bob@ops1", "is no caller"},
  };
  for (const auto& [line, expected] : lines) {
    const auto reading = CallerGroups::parse(line);
    ASSERT_EQ(reading.faults.size(), 1U) << line;
    EXPECT_NE(reading.faults[0].message.find(expected), std::string::npos) << reading.faults[0].message;
    EXPECT_EQ(reading.groups.size(), 0U);
  }
  EXPECT_EQ(CallerGroups::parse("a alice@ops1\na bob@ops1\n").faults.size(), 1U) << "twice";
  EXPECT_EQ(CallerGroups::parse("a cert=alice\n").warnings.size(), 1U);
}

}  // namespace muster
