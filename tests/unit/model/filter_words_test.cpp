// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/filter_words.hpp"

#include <gtest/gtest.h>

namespace muster {
namespace {

std::string text_of(const Filter& filter)
{
  const auto lines = in_words(filter);
  if (!lines) {
    return lines.error().message;
  }
  std::string text;
  for (const auto& line : *lines) {
    text += line.option + std::string(1 + 2 * line.depth, ' ') + line.text + "\n";
  }
  return text;
}

TEST(AFilterInWords, NamesEveryKindOfTermByItsOption)
{
  Filter filter;
  filter.identities = {"web1", "/^db/"};
  filter.agents = {"nrpe", "/^rpc/"};
  filter.classes = {"common", "/role/"};
  filter.facts = {{"a", FactOperator::equals, "b"}, {"os.family", FactOperator::not_equals, "/deb/"}};
  EXPECT_EQ(
      text_of(filter),
      "-I its name is 'web1' or matches /^db/\n"
      "-A it has the agent 'nrpe'\n"
      "-A it has an agent that matches /^rpc/\n"
      "-C it has the class 'common'\n"
      "-C it has a class that matches /role/\n"
      "-F the fact a is 'b'\n"
      "-F the fact os.family is there and does not match /deb/\n");
}

TEST(AFilterInWords, ShowsTheTreeOfACompoundFilter)
{
  Filter filter;
  filter.compound = "fstat('/etc/hosts').md5=/baa/ and (country=uk or not role_web)";
  EXPECT_EQ(
      text_of(filter),
      "-S all of:\n"
      "-S   md5 of fstat('/etc/hosts') matches /baa/\n"
      "-S   any of:\n"
      "-S     the fact country is 'uk'\n"
      "-S     not:\n"
      "-S       it has the class 'role_web'\n");
}

TEST(AFilterInWords, HasAWordForEveryOperator)
{
  const std::vector<std::pair<std::string, std::string>> rows{
      {"n=1", "is '1'"},
      {"n==1", "is exactly '1'"},
      {"n!=1", "is there and is not '1'"},
      {"n=~1", "matches /1/"},
      {"n=/1/", "matches /1/"},
      {"n<1", "is less than '1'"},
      {"n<=1", "is at most '1'"},
      {"n>1", "is more than '1'"},
      {"n>=1", "is at least '1'"},
  };
  for (const auto& [compound, words] : rows) {
    Filter filter;
    filter.compound = compound;
    EXPECT_EQ(text_of(filter), "-S the fact n " + words + "\n");
  }
}

TEST(AFilterAsOptions, IsWhatAShellWouldBeGiven)
{
  Filter filter;
  EXPECT_EQ(as_options(filter), "");
  filter.identities = {"web1", "/^db[12]/"};
  filter.agents = {"package"};
  filter.classes = {"apache"};
  filter.facts = {{"os", FactOperator::equals, "Debian 12"}, {"mem", FactOperator::greater_equal, "8"}};
  filter.compound = "not owner='bob'";
  EXPECT_EQ(
      as_options(filter),
      "-I web1 -I '/^db[12]/' -A package -C apache -F 'os=Debian 12' -F 'mem>=8' "
      R"(-S 'not owner='\''bob'\''')");
}

TEST(AFilterInWords, FailsAsTheFilterDoes)
{
  Filter filter;
  filter.compound = "a and";
  EXPECT_EQ(text_of(filter).substr(0, 31), "compound filter: at character 6");
  filter = {};
  filter.classes = {"/(/"};
  EXPECT_NE(text_of(filter).find("class term '/(/'"), std::string::npos);
}

}  // namespace
}  // namespace muster
