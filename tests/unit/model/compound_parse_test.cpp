// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/compound_filter.hpp"

namespace muster {
namespace {

using testing::HasSubstr;

std::string shown(const Comparison& comparison)
{
  return std::string{to_string(comparison.op)} + (comparison.is_pattern ? "~" : "'") + comparison.value;
}

std::string shown(const Statement& statement)
{
  if (const auto* one = std::get_if<ClassStatement>(&statement)) {
    return one->word;
  }
  if (const auto* fact = std::get_if<FactStatement>(&statement)) {
    return fact->name + shown(fact->comparison);
  }
  const auto& function = std::get<FunctionStatement>(statement);
  return to_string(function.call) + "." + function.output + shown(function.comparison);
}

// The tree as text: & | ! and the statements, so that who binds to whom can be seen.
std::string shown(const CompoundFilter& filter, const Expression& expression)
{
  if (expression.kind == Expression::Kind::statement) {
    return shown(filter.statements()[expression.statement]);
  }
  if (expression.kind == Expression::Kind::negation) {
    return "!" + shown(filter, expression.parts.front());
  }
  std::string text;
  for (const auto& part : expression.parts) {
    text += (text.empty() ? "[" : expression.kind == Expression::Kind::all ? " & " : " | ");
    text += shown(filter, part);
  }
  return text + "]";
}

std::string read(std::string_view text)
{
  const auto filter = CompoundFilter::parse(text);
  return filter ? shown(*filter, filter->expression()) : "error: " + filter.error().message;
}

std::string why_not(std::string_view text)
{
  const auto filter = CompoundFilter::parse(text);
  EXPECT_FALSE(filter) << text;
  return filter ? "" : filter.error().message;
}

struct Row {
  const char* text;
  const char* expected;
};

void expect_all(const std::vector<Row>& rows)
{
  for (const auto& row : rows) {
    EXPECT_EQ(read(row.text), row.expected) << row.text;
  }
}

TEST(ACompoundFilter, ReadsEveryOperatorOfAFact)
{
  expect_all({
      {"country=uk", "country='uk"},
      {"country==uk", "country=='uk"},
      {"country!=uk", "country!='uk"},
      {"country=~^u", "country=~~^u"},
      {"country=~/^u/", "country=~~/^u/"},
      {"country=/^u/", "country=~/^u/"},
      {"country!=/^u/", "country!=~/^u/"},
      {"n<4", "n<'4"},
      {"n<=4", "n<='4"},
      {"n=<4", "n<='4"},
      {"n>4", "n>'4"},
      {"n>=4", "n>='4"},
      {"n=>4", "n>='4"},
      {"  n  >=  4  ", "n>='4"},
      {"os.family=Debian", "os.family='Debian"},
      {"uri=http://x/?a=b", "uri='http://x/?a=b"},
      {"temperature>-5", "temperature>'-5"},
  });
}

TEST(ACompoundFilter, ReadsClassesAndExpressionsForThem)
{
  expect_all({
      {"apache", "apache"},
      {"role::web", "role::web"},
      {"/apache/", "/apache/"},
      {"/a b (c)/", "/a b (c)/"},
      {R"(/srv\/www/)", R"(/srv\/www/)"},
      {"android", "android"},
      {"notary and orange", "[notary & orange]"},
  });
}

TEST(ACompoundFilter, BindsNotBeforeAndBeforeOr)
{
  expect_all({
      {"a and b", "[a & b]"},
      {"a or b and c", "[a | [b & c]]"},
      {"a and b or c and d", "[[a & b] | [c & d]]"},
      {"(a or b) and c", "[[a | b] & c]"},
      {"not a and b", "[!a & b]"},
      {"!a or !b", "[!a | !b]"},
      {"! a", "!a"},
      {"not not a", "!!a"},
      {"not(a or b)", "![a | b]"},
      {"!(a)and(b)", "[!a & b]"},
      {"((a))", "a"},
      {"((customer=acme and environment=staging) or environment=development) and /apache/",
       "[[[customer='acme & environment='staging] | environment='development] & /apache/]"},
      {"a and b and c", "[a & b & c]"},
      {"a\n  or b", "[a | b]"},
  });
}

TEST(ACompoundFilter, TakesQuotedValuesAsTheyAre)
{
  expect_all({
      {"city='New York'", "city='New York"},
      {"city=\"O'Hare\"", "city='O'Hare"},
      {R"(city='O\'Hare')", "city='O'Hare"},
      {R"(path='a\\b')", R"(path='a\b)"},
      {R"(n=~'^\d+$')", R"(n=~~^\d+$)"},
      {"mount='/srv/'", "mount='/srv/"},
      {"mount=='/srv/'", "mount=='/srv/"},
      {"note=''", "note='"},
      {"a='x)' and b", "[a='x) & b]"},
  });
}

TEST(ACompoundFilter, ReadsDataFunctions)
{
  expect_all({
      {"nrpe('check_load').exitcode=0", "nrpe('check_load').exitcode='0"},
      {"nrpe( \"check_load\" ).exitcode != 00", "nrpe('check_load').exitcode!='0"},
      {"nrpe('check_disks').exitcode>0", "nrpe('check_disks').exitcode>'0"},
      {"fstat('/etc/rsyslog.conf').md5=/4edff591f6e38/", "fstat('/etc/rsyslog.conf').md5=~/4edff591f6e38/"},
      {"fstat('/a b').size>=10", "fstat('/a b').size>='10"},
      {"service('httpd').status=running", "service('httpd').status='running"},
      {"package('nginx').installed=true", "package('nginx').installed='true"},
      {"agent('nrpe').version=3.1.0", "agent('nrpe').version='3.1.0"},
      {"collective('uk').member=true", "collective('uk').member='true"},
      {"fact('os.family').value=~^Deb", "fact('os.family').value=~~^Deb"},
      {"fact('cpus').value>2", "fact('cpus').value>'2"},
      {"not nrpe('a').state=OK and b", "[!nrpe('a').state='OK & b]"},
  });
}

TEST(ACompoundFilter, ThatIsWrongIsToldByItsPlaceAndWhatToWrite)
{
  const std::vector<Row> rows{
      {"", "at character 1, at the end: expected a class"},
      {"country=uk and", "at character 15, at the end: expected a class"},
      {"(country=uk", "at character 1, before '(country=uk': this ( is not closed"},
      {"country=uk)", "at character 11, before ')': this ) closes nothing"},
      {"a b", "at character 3, before 'b': expected and, or, or the end"},
      {"a && b", "at character 3, before '&& b': write 'and'"},
      {"a || b", "write 'or'"},
      {"a AND b", "write 'and', in small letters"},
      {"and a", "at character 1, before 'and a': expected a class"},
      {"a or or b", "at character 6, before 'or b': expected a class"},
      {"country=", "at character 9, at the end: expected a value behind the operator"},
      {"country===uk", "at character 10, before '=uk': the operators are"},
      {"country!uk", "at character 8, before '!uk': expected"},
      {"a=x&&b", "write 'and' or 'or' between blanks"},
      {"=uk", "at character 1, before '=uk': expected a class"},
      {"city=New York", "at character 10, before 'York': expected and"},
      {"city='New York", "at character 6, before ''New York': this quote is not closed"},
      {"city='a'b", "at character 9, before 'b': expected a blank or )"},
      {"x=a'b'", "put a value with quotes or parentheses in quotes"},
      {"/apache", "at character 1, before '/apache': the expression has no end"},
      {"mount=/srv/www", "at character 7, before '/srv/www': an expression ends at its second slash"},
      {"n</4/", "at character 3, before '/4/': an expression goes with = != and =~"},
      {"n==/4/", "an expression goes with = != and =~"},
      {"a and /(/", "at character 7: invalid regular expression: missing )"},
      {"a or n=~'('", "at character 6: invalid regular expression"},
      {"n=~''", "empty regular expression"},
      {"a \x1b[31m", "at character 3"},
      {"a\xff", "at character 2"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(why_not(row.text), HasSubstr(row.expected)) << row.text;
  }
}

TEST(ACompoundFilter, KnowsBeforehandWhatADataFunctionTakesAndGives)
{
  const std::vector<Row> rows{
      {"nosuch('x').y=1",
       "at character 1, before 'nosuch('x').y=1': there is no data function 'nosuch'; there are agent, "
       "collective, fact, fstat, nrpe, package, service"},
      {"a and nrpe().exitcode=0",
       "nrpe has no argument: expected the name of a check, as in nrpe('check_load')"},
      {"nrpe(check_load).exitcode=0",
       "at character 6, before 'check_load).exitcode': put the argument in quotes"},
      {"nrpe('a','b').exitcode=0", "at character 9, before ','b').exitcode=0': expected a )"},
      {"nrpe('a!b').exitcode=0", "'a!b' cannot be asked for: expected the name of a check"},
      {"nrpe('a')", "at character 10, at the end: expected . and an output"},
      {"nrpe('a').exitcod=0",
       "at character 11, before 'exitcod=0': nrpe has no output 'exitcod'; it has exitcode, state"},
      {"nrpe('a').exitcode=ok", "exitcode is a whole number"},
      {"nrpe('a').exitcode=/0/", "exitcode is a whole number"},
      {"nrpe('a').state>OK", "state is a text, which has no order"},
      {"fstat('etc/hosts').size>0", "'etc/hosts' cannot be asked for: expected the absolute path of a file"},
      {"fstat('/x').present=yes", "present is a whole number"},
      {"package('x').installed=1", "installed is true or false"},
      {"package('x').installed>true", "installed is true or false"},
      {"package('x').version>1", "version is a text"},
      {"package('--help').version=1", "'--help' cannot be asked for"},
      {"service('a;b').status=running", "'a;b' cannot be asked for"},
      {"service('a').status", "expected one of = == != =~ < <= > >="},
      {"service ('a').status=x", "at character 9"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(why_not(row.text), HasSubstr(row.expected)) << row.text;
  }
}

std::string repeated(std::string_view text, std::size_t times)
{
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

TEST(ACompoundFilter, IsBounded)
{
  EXPECT_THAT(why_not(std::string(CompoundFilter::max_length + 1, 'a')), HasSubstr("at most 4096"));
  EXPECT_EQ(read(repeated("(", 32) + "a" + repeated(")", 32)), "a");
  EXPECT_THAT(why_not(repeated("(", 33) + "a" + repeated(")", 33)), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(why_not(repeated("(", 4000)), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(why_not(repeated("!", 4000) + "a"), HasSubstr("nested more than 32 deep"));
  EXPECT_TRUE(CompoundFilter::parse("a" + repeated(" or a", 63)));
  EXPECT_THAT(why_not("a" + repeated(" or a", 64)), HasSubstr("more than 64 statements"));
  EXPECT_THAT(why_not("a=" + std::string(1025, 'x')), HasSubstr("more than 1024 bytes"));
  EXPECT_THAT(why_not(std::string(1025, 'x')), HasSubstr("more than 1024 bytes"));
}

TEST(ACompoundFilter, AsksAtMostEightDifferentThingsOfANode)
{
  std::string text = "nrpe('c0').exitcode=0";
  for (int i = 1; i < 8; ++i) {
    text += " or nrpe('c" + std::to_string(i) + "').exitcode=0";
  }
  EXPECT_TRUE(CompoundFilter::parse(text + " or nrpe('c0').exitcode=1")) << "the same call again";
  EXPECT_TRUE(CompoundFilter::parse(text + " or fact('a').exists=true")) << "needs no work";
  EXPECT_THAT(why_not(text + " or nrpe('c8').exitcode=0"), HasSubstr("more than 8 data functions"));
}

TEST(ACompoundFilter, CountsWithTheOtherTermsOfItsFilter)
{
  Filter filter;
  filter.compound = "a" + repeated(" or a", 62);
  filter.classes = {"b"};
  EXPECT_TRUE(CompiledFilter::compile(filter));
  filter.classes.emplace_back("c");
  EXPECT_FALSE(CompiledFilter::compile(filter));
}

TEST(ACompoundFilter, MakesAFilterThatNamesMoreThanNodes)
{
  Filter filter;
  filter.identities = {"web1"};
  EXPECT_TRUE(only_names_nodes(filter));
  filter.compound = "a";
  EXPECT_FALSE(only_names_nodes(filter));
  EXPECT_FALSE(filter.empty());
}

}  // namespace
}  // namespace muster
