// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/perfdata.hpp"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster {

namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const Perfdata& perfdata)
{
  std::vector<std::string> found;
  for (const auto& value : perfdata.values) {
    found.push_back(value.label);
  }
  return found;
}

std::vector<std::string> labels_of(std::string_view text)
{
  return labels(parse_perfdata(text));
}

PerfdataValue only_value(std::string_view text)
{
  const auto perfdata = parse_perfdata(text);
  return perfdata.values.size() == 1 ? perfdata.values.front() : PerfdataValue{};
}

std::string repeated(std::string_view piece, std::size_t bytes)
{
  std::string text;
  while (text.size() < bytes) {
    text += piece;
  }
  return text;
}

}  // namespace

TEST(Perfdata, ReadsEveryFieldOfAValue)
{
  const auto value = only_value("/var=218.5MB;@10:20;~:30;-1;1e3");
  EXPECT_EQ(value.label, "/var");
  EXPECT_EQ(value.value, 218.5);
  EXPECT_EQ(value.unit, "MB");
  EXPECT_EQ(value.warning_text, "@10:20");
  EXPECT_EQ(value.warning, (ThresholdRange{10, 20, true}));
  EXPECT_EQ(value.critical_text, "~:30");
  EXPECT_EQ(value.critical, (ThresholdRange{-std::numeric_limits<double>::infinity(), 30, false}));
  EXPECT_EQ(value.min, -1);
  EXPECT_EQ(value.max, 1000);
}

TEST(Perfdata, LeavesFieldsEmptyThatAreEmptyOrNotThere)
{
  const auto value = only_value("a=1;;5");
  EXPECT_EQ(value.warning_text, "");
  EXPECT_FALSE(value.warning);
  EXPECT_EQ(value.critical_text, "5");
  EXPECT_FALSE(value.min);
  EXPECT_FALSE(value.max);
}

TEST(Perfdata, ReadsUnitsOfOtherAlphabets)
{
  EXPECT_EQ(only_value("t=21°C;30").unit, "°C");
  EXPECT_EQ(only_value("t=21°C;30").warning_text, "30");
  EXPECT_EQ(only_value("t=5µs").unit, "µs");
}

TEST(Perfdata, ReadsOnlyALowerCaseExponent)
{
  EXPECT_EQ(only_value("a=1e3B").value, 1000);
  EXPECT_EQ(only_value("a=1EB").unit, "EB");
}

TEST(Perfdata, TakesQuotedLabelsWithBlanksAndDoubledQuotes)
{
  EXPECT_THAT(labels_of("'page file'=1 'C:\\ %'=2"), ElementsAre("page file", "C:\\ %"));
  EXPECT_THAT(labels_of("'it''s'=1 '''q'''=2 ''''=3"), ElementsAre("it's", "'q'", "'"));
}

TEST(Perfdata, TakesBlanksInUnquotedLabelsToo)
{
  EXPECT_THAT(labels_of("a=1 two words=2"), ElementsAre("a", "two words"));
}

TEST(Perfdata, ForgivesAQuoteThatIsMissingAtOneEnd)
{
  EXPECT_THAT(labels_of("'open=1 close'=2"), ElementsAre("open", "close"));
}

TEST(Perfdata, RejectsLabelsThatAreEmptyOrHaveSingleQuotesInThem)
{
  for (const std::string text : {"=1", "''=1", "'=1", "it's=1", "'it's'=1", "'a'b=1", "''a''=1", "'''=1"}) {
    const auto perfdata = parse_perfdata(text);
    EXPECT_TRUE(perfdata.values.empty()) << text;
    EXPECT_THAT(perfdata.unreadable, ElementsAre(text));
  }
}

TEST(Perfdata, GoesOnAfterAPieceThatCannotBeRead)
{
  const auto perfdata = parse_perfdata("a=x b==2 c=3=4 d=5 e=");
  EXPECT_THAT(labels(perfdata), ElementsAre("d"));
  EXPECT_THAT(perfdata.unreadable, ElementsAre("a=x", "b==2", "c=3=4", "e="));
  EXPECT_EQ(perfdata.unreadable_count, 4U);
}

TEST(Perfdata, DoesNotLetALabelGoOverTheEndOfALine)
{
  const auto perfdata = parse_perfdata("junk\na=1\nmore junk");
  EXPECT_THAT(labels(perfdata), ElementsAre("a"));
  EXPECT_THAT(perfdata.unreadable, ElementsAre("junk", "more junk"));
}

TEST(Perfdata, KeepsLabelsApartWhoseValueThePluginCouldNotDetermine)
{
  const auto perfdata = parse_perfdata("a=U b=U;1;2 c=Ux d=3");
  EXPECT_THAT(labels(perfdata), ElementsAre("d"));
  EXPECT_THAT(perfdata.undetermined, ElementsAre("a", "b"));
  EXPECT_THAT(perfdata.unreadable, ElementsAre("c=Ux"));
}

TEST(Perfdata, ReadsAnUnknownBoundAsNone)
{
  const auto value = only_value("a=1;;;U;5");
  EXPECT_FALSE(value.min);
  EXPECT_EQ(value.max, 5);
}

TEST(Perfdata, KeepsTheTextOfAThresholdThatIsNoRange)
{
  const auto perfdata = parse_perfdata("a=1;20:10;30");
  ASSERT_EQ(perfdata.values.size(), 1U);
  EXPECT_EQ(perfdata.values[0].warning_text, "20:10");
  EXPECT_FALSE(perfdata.values[0].warning);
  EXPECT_EQ(perfdata.values[0].critical, (ThresholdRange{0, 30, false}));
  EXPECT_THAT(perfdata.unreadable, ElementsAre("a=1;20:10;30"));
}

TEST(Perfdata, KeepsAValueWhoseLaterFieldsCannotBeReadAndSaysSo)
{
  const auto perfdata = parse_perfdata("a=5s;10s;20s b=1;;;x;9");
  EXPECT_THAT(labels(perfdata), ElementsAre("a", "b"));
  EXPECT_EQ(perfdata.values[0].warning_text, "10");
  EXPECT_FALSE(perfdata.values[0].critical);
  EXPECT_FALSE(perfdata.values[1].max);
  EXPECT_THAT(perfdata.unreadable, ElementsAre("a=5s;10s;20s", "b=1;;;x;9"));
}

TEST(Perfdata, TakesEmptyFieldsAtTheEndForNothing)
{
  EXPECT_EQ(parse_perfdata("a=1;;;;;;").unreadable_count, 0U);
}

TEST(Perfdata, OfNothingIsNothing)
{
  for (const std::string text : {"", " ", "\n\t \r"}) {
    EXPECT_TRUE(parse_perfdata(text).values.empty());
    EXPECT_EQ(parse_perfdata(text).unreadable_count, 0U);
  }
}

TEST(Perfdata, StopsAtItsLimitOfValuesAndCountsTheRest)
{
  const auto perfdata = parse_perfdata(repeated("a=1 ", 4 * (max_perfdata_values + 10)));
  EXPECT_EQ(perfdata.values.size(), max_perfdata_values);
  EXPECT_EQ(perfdata.unreadable_count, 10U);
  EXPECT_EQ(
      parse_perfdata(repeated("a=U ", 4 * (max_perfdata_values + 10))).undetermined.size(),
      max_perfdata_values);
}

TEST(Perfdata, RejectsLabelsAndUnitsThatAreTooLong)
{
  EXPECT_EQ(labels_of(std::string(max_perfdata_label_bytes, 'l') + "=1").size(), 1U);
  EXPECT_EQ(labels_of(std::string(max_perfdata_label_bytes + 1, 'l') + "=1").size(), 0U);
  EXPECT_EQ(labels_of("a=1" + std::string(max_perfdata_unit_bytes, 'u')).size(), 1U);
  EXPECT_EQ(labels_of("a=1" + std::string(max_perfdata_unit_bytes + 1, 'u')).size(), 0U);
}

TEST(Perfdata, KeepsLittleOfWhatItCannotRead)
{
  const auto perfdata = parse_perfdata(repeated(std::string(1000, 'x') + "=\n", 100'000));
  EXPECT_EQ(perfdata.unreadable.size(), max_unreadable_pieces);
  EXPECT_EQ(perfdata.unreadable.front().size(), max_unreadable_bytes);
  EXPECT_GT(perfdata.unreadable_count, 90U);
}

TEST(Perfdata, SurvivesAMegabyteOfAnythingHostile)
{
  for (const std::string piece :
       {"'",
        "''",
        "'a=1 ",
        "'''",
        "=",
        "= ",
        "a",
        "a ",
        "a=",
        "1",
        "a=1",
        ";",
        "a=;",
        "\n",
        "'\n'",
        "a=1;@",
        "~:",
        ",",
        "\xFF"}) {
    const auto perfdata = parse_perfdata(repeated(piece, 1'000'000));
    EXPECT_LE(perfdata.values.size(), max_perfdata_values) << piece;
  }
  EXPECT_EQ(only_value("a=" + std::string(1'000'000, '1')).value, std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_perfdata("a=1;" + std::string(1'000'000, '9')).unreadable_count, 1U);
}

}  // namespace muster
