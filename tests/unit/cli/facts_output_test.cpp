// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/fact_name.hpp"
#include "cli/output/facts_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

NodeAccount with_value(std::string name, const boost::json::value& value)
{
  auto account = answered(std::move(name));
  account.answer->data["value"] = value;
  return account;
}

std::string text_of(const FleetReport& report, const OutputOptions& options = plain())
{
  return facts_text(make_fact_report("country", report), report, options);
}

}  // namespace

TEST(FactsOutput, ShowsTheMostFrequentValueFirst)
{
  const auto report =
      report_of({with_value("db1", "us"), with_value("web1", "uk"), with_value("web2", "uk")});

  EXPECT_EQ(text_of(report), R"(Report for fact: country

        uk                                       found 2 times
        us                                       found 1 times

Finished processing 3 / 3 hosts in 439.98 ms
)");
}

TEST(FactsOutput, OrdersEquallyFrequentValuesByText)
{
  const auto facts = make_fact_report("n", report_of({with_value("a", "x"), with_value("b", "w")}));

  ASSERT_EQ(facts.values.size(), 2U);
  EXPECT_EQ(facts.values.front().text, "w");
}

TEST(FactsOutput, NamesTheNodesOfEachValueWhenVerbose)
{
  const auto report = report_of({with_value("db1", "us"), with_value("web1", nullptr)});

  EXPECT_EQ(text_of(report, verbose()), R"(Report for fact: country

        us                                       found 1 times

            db1

Not on 1 node

            web1


---- rpc stats ----
           Nodes: 2 / 2
     Pass / Fail: 2 / 0
      Start Time: 2026-11-22T19:16:31+00:00
  Discovery Time: 12.34ms
      Agent Time: 85.28ms
      Total Time: 439.98ms
)");
}

TEST(FactsOutput, TellsHowManyNodesHaveNoSuchFact)
{
  const auto report =
      report_of({with_value("db1", "us"), with_value("web1", nullptr), with_value("web2", nullptr)});

  EXPECT_NE(text_of(report).find("found 1 times\n\nNot on 2 nodes\n"), std::string::npos) << text_of(report);
}

TEST(FactsOutput, SaysThatNoNodeHasTheFactAndFails)
{
  const auto report = report_of({with_value("web1", nullptr)});
  const auto facts = make_fact_report("country", report);

  EXPECT_EQ(text_of(report).rfind("No values found for fact country\n", 0), 0U) << text_of(report);
  EXPECT_EQ(facts_exit_status(facts, 0), 1);
  EXPECT_EQ(facts_exit_status(facts, 3), 3);
}

TEST(FactsOutput, TellsWhatNodesThatFailedSaid)
{
  auto failing = answered("web1");
  failing.answer->status = 1;
  failing.answer->message = "no\nway";

  EXPECT_NE(text_of(report_of({failing})).find("web1: no\\nway\n"), std::string::npos);
}

TEST(FactsOutput, ShowsNoEscapeSequenceOfANode)
{
  const auto text = text_of(report_of({with_value("web1", "\x1b[2J")}), verbose());

  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(FactsOutput, WritesStructuredValuesAsJson)
{
  const auto facts = make_fact_report("os", report_of({with_value("a", {{"family", "Debian"}})}));

  EXPECT_EQ(facts.values.front().text, R"({"family":"Debian"})");
}

TEST(FactName, IsCheckedBeforeAnythingIsSent)
{
  EXPECT_TRUE(check_fact_name("os.family"));
  EXPECT_TRUE(check_fact_name("a-b:c_0"));
  EXPECT_FALSE(check_fact_name(""));
  EXPECT_FALSE(check_fact_name("os family"));
  EXPECT_FALSE(check_fact_name("os;rm"));
  EXPECT_FALSE(check_fact_name(std::string(257, 'a')));
}

}  // namespace muster::cli
