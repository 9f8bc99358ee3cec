// SPDX-License-Identifier: Apache-2.0
// Replays what Nagios Core 4.4.6, Monitoring::Plugin 0.40 and monitoring-plugins were seen to make of plugin
// output.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/decimal.hpp"
#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/plugin_output.hpp"
#include "libmuster/model/threshold_range.hpp"

namespace muster {

namespace {

namespace json = boost::json;

constexpr std::size_t max_exceptions = 5;  // the project's own promise

std::string read_test_data(const std::string& name)
{
  std::ifstream file{std::string{MUSTER_TEST_DATA} + "/" + name, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string text_at(const json::object& object, std::string_view key)
{
  return std::string{object.at(key).as_string()};
}

bool close(double left, double right)
{
  // The recordings are printed with 15 digits.
  return left == right || std::abs(left - right) <= 1e-14 * std::max(std::abs(left), std::abs(right));
}

double number_in(const std::string& text)
{
  return text == "Inf" ? HUGE_VAL : parse_decimal(text).value();
}

bool same_output(const json::value& input, const json::object& expected)
{
  const auto output = parse_plugin_output(input.as_string());
  return output.summary == text_at(expected, "plugin_output") &&
         output.details == text_at(expected, "long_plugin_output") &&
         output.perfdata == text_at(expected, "performance_data");
}

// Some recordings have the text of a threshold and some its canonical form.
bool same_range(
    const std::string& text, const std::optional<ThresholdRange>& range, const json::value& expected)
{
  if (expected.is_null()) {
    return text.empty();
  }
  const auto expected_range = parse_threshold_range(expected.as_string());
  if (!expected_range || !range) {
    return text == expected.as_string();
  }
  return to_string(*range) == to_string(*expected_range);
}

bool same_bound(const std::optional<double>& bound, const json::value& expected)
{
  if (expected.is_null()) {
    return !bound;
  }
  return bound && close(*bound, number_in(std::string{expected.as_string()}));
}

bool same_value(const PerfdataValue& value, const json::object& expected)
{
  return value.label == text_at(expected, "label") &&
         close(value.value, number_in(text_at(expected, "value"))) &&
         value.unit == text_at(expected, "uom") &&
         same_range(value.warning_text, value.warning, expected.at("warning")) &&
         same_range(value.critical_text, value.critical, expected.at("critical")) &&
         same_bound(value.min, expected.at("min")) && same_bound(value.max, expected.at("max"));
}

bool same_values(const json::value& input, const json::object& expected)
{
  const auto perfdata = parse_perfdata(input.as_string());
  const auto& items = expected.at("items").as_array();
  return perfdata.values.size() == expected.at("count").to_number<std::size_t>() &&
         std::equal(
             perfdata.values.begin(),
             perfdata.values.end(),
             items.begin(),
             items.end(),
             [](const PerfdataValue& value, const json::value& item) {
               return same_value(value, item.as_object());
             });
}

bool same_alerts(const ThresholdRange& range, const json::array& alerts)
{
  return std::all_of(alerts.begin(), alerts.end(), [&range](const json::value& pair) {
    return range.alerts(pair.at(0).to_number<double>()) == (pair.at(1).as_int64() == 1);
  });
}

bool same_end(double end, const json::value& expected)
{
  return expected.is_null() ? std::isinf(end) : end == expected.to_number<double>();
}

bool same_range_row(const json::value& input, const json::object& expected)
{
  const auto range = parse_threshold_range(input.as_string());
  if (!range || !expected.at("valid").as_bool()) {
    return range.has_value() == expected.at("valid").as_bool();
  }
  const bool canonical =
      !expected.contains("canonical") || to_string(*range) == text_at(expected, "canonical");
  return canonical && same_end(range->start, expected.at("start")) &&
         same_end(range->end, expected.at("end")) &&
         range->alert_inside == expected.at("alert_inside").as_bool() &&
         same_alerts(*range, expected.at("alerts").as_array());
}

std::optional<ThresholdRange> threshold(const json::value& text)
{
  return text.is_null() ? std::nullopt : std::optional{parse_threshold_range(text.as_string()).value()};
}

bool same_states(const json::value& input, const json::object& expected)
{
  const Thresholds thresholds{threshold(input.at("warning")), threshold(input.at("critical"))};
  const auto& states = expected.at("states").as_array();
  return std::all_of(states.begin(), states.end(), [&thresholds](const json::value& pair) {
    return evaluate(pair.at(0).to_number<double>(), thresholds) ==
           state_from_exit_code(static_cast<int>(pair.at(1).as_int64()));
  });
}

bool agrees(const json::object& row)
{
  const auto kind = text_at(row, "kind");
  const auto& input = row.at("input");
  const auto& expected = row.at("expect").as_object();
  if (kind == "nagios_output") {
    return same_output(input, expected);
  }
  if (kind == "mp_parse_list") {
    return same_values(input, expected);
  }
  return kind == "range" ? same_range_row(input, expected) : same_states(input, expected);
}

bool defines_ours(const json::object& row)
{
  const auto kind = text_at(row, "kind");
  return kind == "nagios_output" || kind == "mp_parse_list" || kind == "range" || kind == "threshold";
}

std::vector<json::object> recorded_rows()
{
  std::vector<json::object> rows;
  std::ifstream file{MUSTER_TEST_DATA "/perfdata_vectors.jsonl"};
  for (std::string line; std::getline(file, line);) {
    auto row = json::parse(line).as_object();
    if (defines_ours(row)) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

bool is_exception(const json::object& row, const json::array& exceptions)
{
  return std::any_of(exceptions.begin(), exceptions.end(), [&row](const json::value& exception) {
    return exception.at("kind") == row.at("kind") && exception.at("input") == row.at("input");
  });
}

json::array listed_exceptions()
{
  return json::parse(read_test_data("vector_exceptions.json")).as_array();
}

struct Replay {
  std::size_t agreeing = 0;
  std::size_t excepted = 0;
  std::vector<std::string> stale;      // listed as exceptions, but agree by now
  std::vector<std::string> different;  // not listed
};

Replay replay(const std::vector<json::object>& rows, const json::array& exceptions)
{
  Replay result;
  for (const auto& row : rows) {
    const bool listed = is_exception(row, exceptions);
    const bool agreeing = agrees(row);
    ++(agreeing ? result.agreeing : result.excepted);
    if (agreeing == listed) {
      (listed ? result.stale : result.different).push_back(json::serialize(row));
    }
  }
  return result;
}

}  // namespace

TEST(RecordedVectors, AgreeWithUsButForTheListedExceptions)
{
  const auto exceptions = listed_exceptions();
  const auto result = replay(recorded_rows(), exceptions);
  EXPECT_THAT(result.different, testing::IsEmpty());
  EXPECT_THAT(result.stale, testing::IsEmpty()) << "take these out of vector_exceptions.json";
  EXPECT_EQ(result.excepted, exceptions.size()) << "an exception is for a row that does not exist";
  EXPECT_GE(result.agreeing, 149U) << "recorded rows are missing";
  std::cout << result.agreeing << " rows agree, " << result.excepted << " exceptions\n";
}

TEST(RecordedVectors, HaveFewExceptionsAndEachHasAReason)
{
  const auto exceptions = listed_exceptions();
  EXPECT_LE(exceptions.size(), max_exceptions);
  for (const auto& exception : exceptions) {
    EXPECT_GT(text_at(exception.as_object(), "reason").size(), 20U);
  }
}

TEST(RecordedVectors, NoticeARowThatIsReadDifferentlyAndAnExceptionThatIsStale)
{
  const auto different =
      json::parse(R"({"kind": "nagios_output", "input": "a|b=1", "expect": )"
                  R"({"plugin_output": "a", "long_plugin_output": "", "performance_data": "b=2"}})");
  const auto agreeing = json::parse(R"({"kind": "range", "input": "foo", "expect": {"valid": false}})");
  const auto result = replay({different.as_object(), agreeing.as_object()}, {agreeing});
  EXPECT_EQ(result.different.size(), 1U);
  EXPECT_EQ(result.stale.size(), 1U);
}

}  // namespace muster
