// SPDX-License-Identifier: Apache-2.0
// What Icinga 2.13.6 was seen to make of plugin output is what it must make of ours.
#include "nagios-bridge/render/icinga_text.hpp"

#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/plugin_output.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<json::object> recorded(std::string_view kind)
{
  std::vector<json::object> rows;
  std::ifstream file{MUSTER_TEST_DATA "/perfdata_vectors.jsonl"};
  for (std::string line; std::getline(file, line);) {
    auto row = json::parse(line).as_object();
    if (row.at("kind").as_string() == kind) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string text_of(const json::value& value)
{
  return std::string{value.as_string()};
}

PassiveResult printed(std::string_view text)
{
  const auto output = parse_plugin_output(text);
  PassiveResult result;
  result.summary = output.summary;
  result.details = output.details;
  result.perfdata = output.perfdata;
  return result;
}

// What Nagios' reading does not keep, and no consumer of ours can have: blanks at either end of a line, and
// of the whole.
std::string without_blanks_at_ends(const std::string& text)
{
  std::string lines;
  std::string blanks;
  for (const char c : text) {
    if (c == ' ' || c == '\n') {
      blanks = c == '\n' && blanks.find('\n') == std::string::npos ? "\n" : blanks + c;
      continue;
    }
    lines += lines.empty() ? std::string{c} : blanks + c;
    blanks.clear();
  }
  return lines;
}

std::vector<std::string> items_of(const json::value& list)
{
  std::vector<std::string> items;
  for (const auto& item : list.as_array()) {
    items.push_back(text_of(item));
  }
  return items;
}

// Where we tell Icinga something else than it would read itself, and why.
const std::vector<std::pair<std::string, std::string>>& exceptions()
{
  static const std::vector<std::pair<std::string, std::string>> list{
      {"a;b;c", "the summary came as Nagios reads it: `;` is `:`"},
      {"a;b|c=1;2;3", "the summary came as Nagios reads it: `;` is `:`"},
      {"OK|", "an empty text behind a bar is no perfdata and no text"},
      {"x| y\nz", "blanks behind the bar are gone"},
      {"text|p=1\nlong|q=2\nr=3\ns=4", "the guidelines: from the second bar on all is perfdata"},
      {"multi  spaces   inside|a=1   b=2", "blanks between values are no part of a label"},
  };
  return list;
}

bool excepted(const json::object& row)
{
  return std::any_of(exceptions().begin(), exceptions().end(), [&row](const auto& exception) {
    return exception.first == text_of(row.at("input"));
  });
}

bool agrees(const json::object& row)
{
  const auto result = printed(row.at("input").as_string());
  return without_blanks_at_ends(icinga_output(result)) ==
             without_blanks_at_ends(text_of(row.at("expect").at("output"))) &&
         icinga_performance_data(result.perfdata) == items_of(row.at("expect").at("performance_data"));
}

// PerfdataValue::Parse of Icinga 2.13.6, but for units: the last equals sign ends the label, one pair of
// quotes goes, a comma is an error, the number ends with the last digit or point.
struct IcingaValue {
  std::string label;
  double value = 0;
  std::vector<std::string> fields;
};

std::optional<IcingaValue> read_by_icinga(const std::string& item)
{
  const auto equals = item.rfind('=');
  if (equals == std::string::npos) {
    return std::nullopt;
  }
  IcingaValue value{item.substr(0, equals), 0, {}};
  auto& label = value.label;
  if (label.size() > 2 && label.front() == '\'' && label.back() == '\'') {
    label = label.substr(1, label.size() - 2);
  }
  auto fields = item.substr(equals + 1, item.find(' ', equals) - equals - 1);
  for (std::size_t at = 0; at != std::string::npos;) {
    const auto end = fields.find(';', at);
    value.fields.push_back(fields.substr(at, end - at));
    at = end == std::string::npos ? end : end + 1;
  }
  const auto number = value.fields[0].substr(0, value.fields[0].find_last_of("0123456789.") + 1);
  char* end = nullptr;
  value.value = std::strtod(number.c_str(), &end);
  const bool whole = !number.empty() && end == number.c_str() + number.size() &&
                     number.find_first_of("xX ") == std::string::npos;
  return fields.find(',') == std::string::npos && whole ? std::optional{value} : std::nullopt;
}

}  // namespace

TEST(IcingaText, GivesIcingaWhatItWouldHaveReadButForTheListedExceptions)
{
  std::size_t agreeing = 0;
  for (const auto& row : recorded("icinga_output")) {
    EXPECT_NE(agrees(row), excepted(row)) << json::serialize(row).substr(0, 400);
    agreeing += agrees(row) ? 1U : 0U;
  }
  EXPECT_EQ(30U - exceptions().size(), agreeing) << "recorded rows are missing";
}

TEST(IcingaText, SplitsPerfdataAsIcingaDoes)
{
  std::size_t rows = 0;
  for (const auto* kind : {"icinga_split", "icinga_normalize"}) {
    for (const auto& row : recorded(kind)) {
      const auto& expected = row.at("expect").as_object();
      const auto items = icinga_performance_data(row.at("input").as_string());
      EXPECT_EQ(expected.contains("count") ? expected.at("count").as_int64() : 2, std::ssize(items));
      if (expected.contains("items")) {
        EXPECT_EQ(items_of(expected.at("items")), items);
      }
      ++rows;
    }
  }
  EXPECT_EQ(8U, rows);
}

TEST(IcingaText, IsTestedWithAnIcingaThatReadsAsTheRealOneDoes)
{
  std::size_t rows = 0;
  for (const auto& row : recorded("icinga_parse")) {
    const auto& expected = row.at("expect").as_object();
    const auto input = text_of(row.at("input"));
    if (input.find("nf") != std::string::npos || input.find("an") != std::string::npos ||
        input.find("aN") != std::string::npos || input.find("Inf") != std::string::npos) {
      continue;  // the versions of Icinga differ
    }
    const auto value = read_by_icinga(input);
    ASSERT_EQ(!expected.contains("error"), value.has_value()) << input;
    EXPECT_EQ(value ? value->label : "", value ? text_of(expected.at("label")) : "") << input;
    ++rows;
  }
  EXPECT_GT(rows, 95U);
}

TEST(IcingaText, TellsAnIcingaWhatThePluginMeant)
{
  EXPECT_THAT(icinga_performance_data("a=1,5;2,5;0:3,5;0;10"), ElementsAre("a=1.5;2.5;3.5;0;10"));
  EXPECT_THAT(icinga_performance_data("a=1;0:10;0:20;;"), ElementsAre("a=1;10;20;;"));
  EXPECT_THAT(icinga_performance_data("a=1;@0:10;~:20;0:1"), ElementsAre("a=1;@0:10;~:20;0:1"));
  EXPECT_THAT(icinga_performance_data("a=1,234,567"), ElementsAre("a=1,234,567"));
  EXPECT_THAT(icinga_performance_data("a=1|b=2\tc=3\r"), ElementsAre("a=1", "b=2", "c=3"));
  EXPECT_THAT(icinga_performance_data("'it''s'=1 'a=b'=2"), ElementsAre("it's=1", "'a=b'=2"));
  EXPECT_THAT(icinga_performance_data("a=U b=2 rest"), ElementsAre("a=U", "b=2"));
}

TEST(IcingaText, LeavesNoValueOfTheGuidelinesOwnExampleOut)
{
  const auto result = printed(
      "DISK OK | /=2643MB;5948;5958;0;5968\n/ 15272 MB (77%);\n/boot 68 MB (69%); | "
      "/boot=68MB;88;93;0;98\n/home=69357MB;253404;253409;0;253414\n/var/log=818MB");
  EXPECT_EQ("DISK OK\n/ 15272 MB (77%);\n/boot 68 MB (69%); ", icinga_output(result));
  EXPECT_EQ(4U, icinga_performance_data(result.perfdata).size());
}

TEST(IcingaText, KeepsTextBehindABarThatIsNoPerfdata)
{
  EXPECT_EQ("x|no value here\nmore", icinga_output(printed("x|no value here\nmore")));
  EXPECT_THAT(icinga_performance_data("no value here"), IsEmpty());
}

TEST(IcingaText, TakesTheReturnsOfWindowsOutOfTheEndsOfLines)
{
  EXPECT_EQ("one\ntwo\nth\rree", icinga_output(printed("one\r\ntwo\r\nth\rree\r\n")));
}

TEST(IcingaText, GivesEveryLabelAndNumberBackWhateverTheLabel)
{
  std::mt19937 random{42};
  const std::string letters = "ab'= :|é";
  for (int round = 0; round < 3000; ++round) {
    std::string label;
    std::string quoted;
    for (std::size_t left = 1 + random() % 6; left > 0; --left) {
      const char letter = letters[random() % letters.size()];
      label += letter;
      quoted += letter == '\'' ? "''" : std::string{letter};
    }
    if (label.find("::") != std::string::npos) {
      continue;  // would name the check of what follows
    }
    const auto items = icinga_performance_data("before=1 '" + quoted + "'=2.5s;3;4 after=3");
    ASSERT_EQ(3U, items.size()) << quoted;
    const auto value = read_by_icinga(items[1]);
    ASSERT_TRUE(value) << items[1];
    EXPECT_EQ(label, value->label) << items[1];
    EXPECT_EQ(2.5, value->value);
    EXPECT_THAT(value->fields, ElementsAre("2.5s", "3", "4"));
  }
}

TEST(IcingaText, ReadsAnyBytesAndReadsWhatItWroteAlike)
{
  std::mt19937 random{7};
  const std::string letters = "a1'= ;:|\n\r\t,.0\\U@~\xff";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t left = random() % 40; left > 0; --left) {
      text += letters[random() % letters.size()];
    }
    for (const auto& item : icinga_performance_data(text)) {
      EXPECT_NE(std::string::npos, item.find('='));
      EXPECT_EQ(std::string::npos, item.find('|', item.rfind('=')));
    }
  }
}

TEST(IcingaText, TakesNoMoreValuesThanAnybodyPrints)
{
  std::string text;
  for (std::size_t count = 0; count < 2 * max_perfdata_values; ++count) {
    text += "'a=1 ";
  }
  EXPECT_EQ(max_perfdata_values, icinga_performance_data(text).size());
}

}  // namespace muster::bridge
