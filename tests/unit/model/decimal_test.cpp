// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/decimal.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace muster {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST(Decimal, ReadsSignsFractionsAndExponents)
{
  EXPECT_EQ(parse_decimal("-12"), -12);
  EXPECT_EQ(parse_decimal("+1.5"), 1.5);
  EXPECT_EQ(parse_decimal(".5"), 0.5);
  EXPECT_EQ(parse_decimal("5."), 5);
  EXPECT_EQ(parse_decimal("1e3"), 1000);
  EXPECT_EQ(parse_decimal("1.5E-3"), 0.0015);
}

TEST(Decimal, TakesACommaForAPoint)
{
  EXPECT_EQ(parse_decimal("1,5"), 1.5);
  EXPECT_FALSE(parse_decimal("1,000,000"));
}

TEST(Decimal, IsNotAnythingElse)
{
  for (const std::string text : {"",   "-",     "+",    ".",   "1.2.3", "--1",  "+-1", "-+1", "1e", "1e+",
                                 "e5", "1e5.5", "0x10", "inf", "nan",   "-inf", " 1",  "1 ",  "1x", "U"}) {
    EXPECT_FALSE(parse_decimal(text)) << "'" << text << "'";
  }
}

TEST(Decimal, SaturatesBeyondTheRangeOfADouble)
{
  const std::string zeros(400, '0');
  EXPECT_EQ(parse_decimal("1e400"), infinity);
  EXPECT_EQ(parse_decimal("-1e400"), -infinity);
  EXPECT_EQ(parse_decimal("1e-400"), 0);
  EXPECT_EQ(parse_decimal("1" + zeros), infinity);
  EXPECT_EQ(parse_decimal("0." + zeros + "1"), 0);
  EXPECT_EQ(parse_decimal("1e" + std::string(400, '9')), infinity);
  EXPECT_EQ(parse_decimal("1e-" + std::string(400, '9')), 0);
  EXPECT_EQ(parse_decimal("0e999999"), 0);
}

TEST(Decimal, KnowsHowFarANumberGoes)
{
  EXPECT_EQ(decimal_length("218MB"), 3U);
  EXPECT_EQ(decimal_length("-1.5e-05s"), 8U);
  EXPECT_EQ(decimal_length("1e"), 1U);
  EXPECT_EQ(decimal_length("1eB"), 1U);
  EXPECT_EQ(decimal_length("1E3"), 1U);
  EXPECT_EQ(decimal_length("1,5;2"), 3U);
  EXPECT_EQ(decimal_length("x1"), 0U);
  EXPECT_EQ(decimal_length("-x"), 0U);
  EXPECT_EQ(decimal_length(""), 0U);
}

TEST(Decimal, IsPrintedShortAndReadsBackTheSame)
{
  EXPECT_EQ(format_decimal(0.1), "0.1");
  EXPECT_EQ(format_decimal(100), "100");
  EXPECT_EQ(format_decimal(1e20), "1e+20");
  for (const double number :
       {1.0 / 3, -1e-300, std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()}) {
    EXPECT_EQ(parse_decimal(format_decimal(number)), number);
  }
}

}  // namespace muster
