// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/threshold_range.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace muster {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

ThresholdRange range(std::string_view text)
{
  return parse_threshold_range(text).value();
}

}  // namespace

TEST(ThresholdRange, OfOneNumberStartsAtZero)
{
  EXPECT_EQ(range("10"), (ThresholdRange{0, 10, false}));
  EXPECT_EQ(range(":10"), (ThresholdRange{0, 10, false}));
}

TEST(ThresholdRange, MayBeOpenAtEitherEnd)
{
  EXPECT_EQ(range("10:"), (ThresholdRange{10, infinity, false}));
  EXPECT_EQ(range("~:10"), (ThresholdRange{-infinity, 10, false}));
  EXPECT_EQ(range("~:"), (ThresholdRange{-infinity, infinity, false}));
}

TEST(ThresholdRange, AlertsOutsideAndBothEndsBelongToIt)
{
  const auto normal = range("10:20");
  EXPECT_TRUE(normal.alerts(9.9));
  EXPECT_FALSE(normal.alerts(10));
  EXPECT_FALSE(normal.alerts(20));
  EXPECT_TRUE(normal.alerts(20.1));
}

TEST(ThresholdRange, AlertsInsideWithAnAtSign)
{
  const auto inverted = range("@10:20");
  EXPECT_FALSE(inverted.alerts(9.9));
  EXPECT_TRUE(inverted.alerts(10));
  EXPECT_TRUE(inverted.alerts(20));
  EXPECT_FALSE(inverted.alerts(20.1));
}

TEST(ThresholdRange, IgnoresBlanksAroundItAndPercentSigns)
{
  EXPECT_EQ(range(" 10%:20% "), range("10:20"));
  EXPECT_EQ(range("5%%"), range("5"));
}

TEST(ThresholdRange, KnowsSignsFractionsAndExponents)
{
  EXPECT_EQ(range("-1.5e-3:+.5"), (ThresholdRange{-0.0015, 0.5, false}));
}

TEST(ThresholdRange, RejectsWhatIsNoRange)
{
  for (const std::string text :
       {"",    " ",   ":",     "@",   "@:",  "~",     "10:~", "20:10", "-5",    "1-10", "1,10",  "1 0",
        "foo", "10x", "1:2:3", "nan", "inf", "0:inf", "--1",  "@@1:2", "1e400", "%",    "1.2.3", "-"}) {
    EXPECT_FALSE(parse_threshold_range(text)) << "'" << text << "'";
  }
}

TEST(ThresholdRange, SaysHowARangeIsWrittenAndRepeatsOnlyTheBeginningOfABadOne)
{
  const auto error = parse_threshold_range(std::string(100'000, '9') + "x").error();
  EXPECT_EQ(error.code, ErrorCode::invalid_input);
  EXPECT_NE(error.message.find("~:10"), std::string::npos);
  EXPECT_LT(error.message.size(), 150U);
}

TEST(ThresholdRange, IsPrintedAsShortAsItCanBe)
{
  for (const std::string text :
       {"10", "10:", "~:10", "~:", "0:", "10:20", "@10:20", "@10", "-5:-1.5", "-5:0", "1e+20"}) {
    EXPECT_EQ(to_string(range(text)), text);
  }
  EXPECT_EQ(to_string(range("0:10.50")), "10.5");
  EXPECT_EQ(to_string(ThresholdRange{}), "0:");
}

TEST(ThresholdRange, ReadsBackWhatItPrints)
{
  for (const auto& given :
       {ThresholdRange{-infinity, -3.25, true},
        ThresholdRange{0.1, 0.1, false},
        ThresholdRange{-1e-300, 1e300, false},
        ThresholdRange{0, 0, true}}) {
    EXPECT_EQ(range(to_string(given)), given) << to_string(given);
  }
}

TEST(Thresholds, LetCriticalWinOverWarning)
{
  const Thresholds thresholds{range("80"), range("90")};
  EXPECT_EQ(evaluate(80, thresholds), CheckState::ok);
  EXPECT_EQ(evaluate(85, thresholds), CheckState::warning);
  EXPECT_EQ(evaluate(95, thresholds), CheckState::critical);
}

TEST(Thresholds, NeverAlertIfTheyAreNotThere)
{
  EXPECT_EQ(evaluate(1e300, {}), CheckState::ok);
  EXPECT_EQ(evaluate(95, {range("80"), std::nullopt}), CheckState::warning);
  EXPECT_EQ(evaluate(95, {std::nullopt, range("80")}), CheckState::critical);
}

TEST(Thresholds, DoNotTakeNotANumberForAllRight)
{
  EXPECT_EQ(
      evaluate(std::numeric_limits<double>::quiet_NaN(), {std::nullopt, range("80")}), CheckState::critical);
}

}  // namespace muster
