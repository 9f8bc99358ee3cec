// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/aggregates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ddl/samples.hpp"

namespace muster::ddl {
namespace {

using test::action_with;
using test::object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// Of one aggregate over output `x` of replies with these data.
AggregateResult result_of(
    const std::string& function, const std::vector<std::string>& data, const std::string& options = "")
{
  const auto action = action_with(
      R"("output": {"x": {"display_as": "The X"}}, "aggregate": [{"function": ")" + function +
      R"(", "args": ["x")" + options + "]}]");
  std::vector<json::object> replies;
  std::vector<const json::object*> pointers;
  for (const auto& text : data) {
    replies.push_back(object(text));
  }
  for (const auto& reply : replies) {
    pointers.push_back(&reply);
  }
  return aggregate(action, pointers).front();
}

TEST(Aggregates, SummaryCountsTheMostFrequentFirst)
{
  const auto result =
      result_of("summary", {R"({"x":"b"})", R"({"x":"a"})", R"({"x":"b"})", R"({"x":7})", "{}"});
  EXPECT_EQ(result.display_as, "The X");
  EXPECT_THAT(result.counts, ElementsAre(Pair("b", 2), Pair("7", 1), Pair("a", 1)));
  EXPECT_EQ(result.used, 4U);
}

TEST(Aggregates, SummaryCountsEachElementOfAList)
{
  EXPECT_THAT(
      result_of("summary", {R"({"x":["a","b"]})", R"({"x":["a"]})"}).counts,
      ElementsAre(Pair("a", 2), Pair("b", 1)));
}

TEST(Aggregates, SummaryOfTooManyValuesPutsTheRestTogether)
{
  std::vector<std::string> data;
  for (std::size_t i = 0; i < most_values + 5; ++i) {
    data.push_back(R"({"x":)" + std::to_string(i) + "}");
  }
  const auto counts = result_of("summary", data).counts;
  EXPECT_EQ(counts.size(), most_values + 1);
  EXPECT_THAT(counts.back(), Pair("(others)", 5));
}

TEST(Aggregates, BooleanSummaryUsesTheWordsOfTheDdl)
{
  EXPECT_THAT(
      result_of(
          "boolean_summary",
          {R"({"x":true})", R"({"x":false})", R"({"x":true})"},
          R"(, {"true": "on", "false": "off"})")
          .counts,
      ElementsAre(Pair("on", 2), Pair("off", 1)));
}

TEST(Aggregates, NagiosStatesStandInTheirOrderAndStrangeCodesAreUnknown)
{
  EXPECT_THAT(
      result_of("nagios_states", {R"({"x":2})", R"({"x":0})", R"({"x":127})", R"({"x":"odd"})"}).counts,
      ElementsAre(Pair("OK", 1), Pair("WARNING", 0), Pair("CRITICAL", 1), Pair("UNKNOWN", 2)));
}

TEST(Aggregates, NagiosStatesCountRunsOfChecksAndNamesByState)
{
  EXPECT_THAT(
      result_of(
          "nagios_states",
          {R"({"x": [{"command": "a", "exitcode": 1}, {"command": "b", "exitcode": 0}, {"command": "c"}]})",
           R"({"x": {"OK": ["d", "e"], "CRITICAL": ["f"], "odd": ["g"]}})"})
          .counts,
      ElementsAre(Pair("OK", 3), Pair("WARNING", 1), Pair("CRITICAL", 1), Pair("UNKNOWN", 2)));
}

TEST(Aggregates, OfNumbersLeaveOutWhatIsNone)
{
  const std::vector<std::string> data{R"({"x":1})", R"({"x":2.5})", R"({"x":"many"})", R"({"x":6})"};
  EXPECT_THAT(result_of("sum", data).numbers, ElementsAre(Pair("sum", 9.5)));
  EXPECT_EQ(result_of("sum", data).unfit, 1U);
  EXPECT_NEAR(result_of("average", data).numbers[0].second, 3.1667, 0.001);
  EXPECT_THAT(result_of("min", data).numbers, ElementsAre(Pair("min", 1)));
  EXPECT_THAT(result_of("max", data).numbers, ElementsAre(Pair("max", 6)));
  EXPECT_THAT(
      result_of("percentiles", data).numbers,
      ElementsAre(Pair("min", 1), Pair("p50", 2.5), Pair("p90", 6), Pair("p99", 6), Pair("max", 6)));
}

TEST(Aggregates, AHistogramHasRangesOfOneWidthAndShowsGaps)
{
  EXPECT_THAT(
      result_of("histogram", {R"({"x":0})", R"({"x":1})", R"({"x":1.5})", R"({"x":20})", R"({"x":"odd"})"})
          .counts,
      ElementsAre(
          Pair("0 to 2", 3),
          Pair("2 to 4", 0),
          Pair("4 to 6", 0),
          Pair("6 to 8", 0),
          Pair("8 to 10", 0),
          Pair("10 to 12", 0),
          Pair("12 to 14", 0),
          Pair("14 to 16", 0),
          Pair("16 to 18", 0),
          Pair("18 to 20", 1)));
  EXPECT_THAT(result_of("histogram", {R"({"x":7})", R"({"x":7})"}).counts, ElementsAre(Pair("7 to 7", 2)));
  EXPECT_EQ(result_of("histogram", {R"({"x":-1e308})", R"({"x":1e308})"}).counts.size(), 1U)
      << "too far apart";
  EXPECT_EQ(result_of("histogram", {R"({"x":"odd"})"}).problem, "no reply has a number there");
}

TEST(Aggregates, AChartHasTheRangesOfAHistogram)
{
  const std::vector<std::string> data{R"({"x":0})", R"({"x":1})", R"({"x":20})", R"({"x":"odd"})"};
  EXPECT_EQ(result_of("chart", data).counts, result_of("histogram", data).counts);
  EXPECT_THAT(result_of("chart", data).numbers, IsEmpty());
}

TEST(Aggregates, WithNothingToLookAtSaySo)
{
  EXPECT_THAT(result_of("average", {"{}"}).problem, HasSubstr("no reply"));
  EXPECT_THAT(result_of("summary", {}).problem, HasSubstr("no reply"));
  EXPECT_THAT(result_of("magic", {R"({"x":1})"}).problem, HasSubstr("magic"));
  EXPECT_THAT(result_of("summary", {R"({"x":1})"}).problem, IsEmpty());
}

TEST(FormatsFromTheWire, AreFilledInWithoutPrintf)
{
  EXPECT_EQ(fill_in("%s hosts", 5.0), "5 hosts");
  EXPECT_EQ(fill_in("[%5s]", 42.0), "[   42]");
  EXPECT_EQ(fill_in("[%-5s]", 42.0), "[42   ]");
  EXPECT_EQ(fill_in("%d%%", 12.7), "12%");
  EXPECT_EQ(fill_in("Average: %0.2f", 3.14159), "Average: 3.14");
  EXPECT_EQ(fill_in("%f", 1.0), "1.000000");
  EXPECT_EQ(fill_in("%s", 1.5), "1.5");
  EXPECT_EQ(fill_in("no place", 1.5), "no place");
  EXPECT_EQ(fill_in("%n %s %s", 7.0), "%n 7 %s");
  EXPECT_EQ(fill_in("100%", 1.0), "100%");
  EXPECT_EQ(fill_in("%999999999999999999999s", 7.0).size(), 100U);
  EXPECT_LE(fill_in("%.99999f", 1.0).size(), 30U);
}

TEST(FormatsFromTheWire, OfCountedValuesHaveAPlaceForTheValueAndOneForTheCount)
{
  EXPECT_EQ(fill_in("%s Tests on %d node(s)", "5", 3), "5 Tests on 3 node(s)");
  EXPECT_EQ(fill_in("100%% %-4s|%3d|%s", "ab", 7), "100% ab  |  7|%s");
  EXPECT_EQ(fill_in("Tests: %s", "5", 3), "Tests: 5 3") << "the count stands behind";
  EXPECT_EQ(fill_in("Tests", "5", 3), "Tests 3");
  EXPECT_EQ(fill_in("%s %d", "%d", 3), "%d 3") << "what came is not looked at for places";
}

}  // namespace
}  // namespace muster::ddl
