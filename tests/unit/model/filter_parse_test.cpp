// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/model/filter.hpp"

namespace muster {

namespace {

struct Row {
  const char* text;
  FactTerm expected;
};

const std::vector<Row> readable{
    {"country=uk", {"country", FactOperator::equals, "uk"}},
    {"country==uk", {"country", FactOperator::exactly, "uk"}},
    {"country!=uk", {"country", FactOperator::not_equals, "uk"}},
    {"country=~^u", {"country", FactOperator::matches, "^u"}},
    {"country=/^u/", {"country", FactOperator::equals, "/^u/"}},
    {"n<4", {"n", FactOperator::less, "4"}},
    {"n>4", {"n", FactOperator::greater, "4"}},
    {"n<=4", {"n", FactOperator::less_equal, "4"}},
    {"n>=4", {"n", FactOperator::greater_equal, "4"}},
    {"n=<4", {"n", FactOperator::less_equal, "4"}},
    {"n=>4", {"n", FactOperator::greater_equal, "4"}},
    {"  n  >=  4  ", {"n", FactOperator::greater_equal, "4"}},
    {"os.family=Debian", {"os.family", FactOperator::equals, "Debian"}},
    {"uri=http://x/?a=b", {"uri", FactOperator::equals, "http://x/?a=b"}},
    {"city=New York", {"city", FactOperator::equals, "New York"}},
};

}  // namespace

TEST(FactTerm, IsReadWithEveryOperatorOfMCollective)
{
  for (const auto& row : readable) {
    const auto term = parse_fact_term(row.text);
    ASSERT_TRUE(term) << row.text;
    EXPECT_EQ(*term, row.expected) << row.text;
  }
}

TEST(FactTerm, ThatCannotBeReadIsNamedInTheError)
{
  for (const auto* text :
       {"", "country", "=uk", "country=", "country= ", "country!uk", " =x", "a b=c", "\x1b[31mx=y"}) {
    const auto term = parse_fact_term(text);
    ASSERT_FALSE(term) << text;
    EXPECT_EQ(term.error().code, ErrorCode::invalid_input);
  }
  EXPECT_NE(parse_fact_term("country").error().message.find("'country'"), std::string::npos);
}

TEST(FactTerm, ThatIsTooLongIsRefusedAndNotRepeatedInFull)
{
  const auto term = parse_fact_term("a=" + std::string(2000, 'x'));
  ASSERT_FALSE(term);
  EXPECT_LT(term.error().message.size(), 200U);
}

TEST(FactTerm, KeepsTerminalEscapesOutOfItsError)
{
  const auto term = parse_fact_term("\x1b[31m\xc2\x9b");
  ASSERT_FALSE(term);
  EXPECT_EQ(term.error().message.find_first_of("\x1b\xc2\x9b"), std::string::npos);
}

TEST(FactOperator, IsReadBackFromHowItIsWritten)
{
  for (const auto op :
       {FactOperator::equals,
        FactOperator::exactly,
        FactOperator::not_equals,
        FactOperator::matches,
        FactOperator::less,
        FactOperator::less_equal,
        FactOperator::greater,
        FactOperator::greater_equal}) {
    EXPECT_EQ(*parse_fact_operator(to_string(op)), op) << to_string(op);
  }
  EXPECT_EQ(to_string(FactOperator::less_equal), "<=");
  EXPECT_EQ(*parse_fact_operator("=>"), FactOperator::greater_equal);
  EXPECT_FALSE(parse_fact_operator("<>"));
  EXPECT_FALSE(parse_fact_operator(""));
}

TEST(CombinedWords, AreFactTermsWhereTheyReadAsOneAndElseClasses)
{
  Filter filter;
  ASSERT_TRUE(add_combined(filter, "  /apache/\tlocation=uk dev_server "));
  EXPECT_EQ(filter.classes, (std::vector<std::string>{"/apache/", "dev_server"}));
  EXPECT_EQ(filter.facts, (std::vector<FactTerm>{{"location", FactOperator::equals, "uk"}}));
}

TEST(CombinedWords, KeepAClassExpressionThatHoldsAnEqualsSign)
{
  Filter filter;
  ASSERT_TRUE(add_combined(filter, "/a=b/"));
  EXPECT_EQ(filter.classes, (std::vector<std::string>{"/a=b/"}));
}

TEST(CombinedWords, LeaveTheFilterAsItWasWhenTheyAreRefused)
{
  Filter filter;
  filter.classes = {"web"};
  std::string many;
  for (std::size_t i = 0; i < Filter::max_terms; ++i) {
    many += "c" + std::to_string(i) + " ";
  }
  EXPECT_FALSE(add_combined(filter, many));
  EXPECT_FALSE(add_combined(filter, std::string(Filter::max_term_length + 1, 'x')));
  EXPECT_EQ(filter.classes, (std::vector<std::string>{"web"}));
}

TEST(Filter, OnlyNamesNodesWhenItIsNothingButLiteralIdentities)
{
  EXPECT_FALSE(only_names_nodes({}));
  EXPECT_TRUE(only_names_nodes({{"web1", "web2"}, {}, {}, {}}));
  EXPECT_FALSE(only_names_nodes({{"web1", "/web/"}, {}, {}, {}}));
  EXPECT_FALSE(only_names_nodes({{"web1"}, {"apache"}, {}, {}}));
}

}  // namespace muster
