// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/aggregates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace muster::ddl {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
  return std::find(words.begin(), words.end(), word) != words.end();
}

using Values = std::vector<const json::value*>;

// A list counts each of its elements, as in MCollective's summary.
void add_values(const json::value& value, Values& values)
{
  if (const auto* list = value.if_array()) {
    for (const auto& element : *list) {
      values.push_back(&element);
    }
  } else if (!value.is_null()) {
    values.push_back(&value);
  }
}

Values values_of(const std::string& output, const std::vector<const json::object*>& replies)
{
  Values values;
  for (const auto* reply : replies) {
    if (const auto* value = reply->if_contains(output)) {
      add_values(*value, values);
    }
  }
  return values;
}

std::optional<double> number_of(const json::value& value)
{
  if (value.is_number()) {
    return value.to_number<double>();
  }
  return std::nullopt;
}

using Counts = std::map<std::string, std::size_t>;

void take_counts(AggregateResult& result, const Counts& counts)
{
  result.counts.assign(counts.begin(), counts.end());
  std::stable_sort(result.counts.begin(), result.counts.end(), [](const auto& left, const auto& right) {
    return left.second > right.second;
  });
  if (result.counts.size() <= most_values) {
    return;
  }
  std::size_t others = 0;
  for (auto rest = result.counts.begin() + most_values; rest != result.counts.end(); ++rest) {
    others += rest->second;
  }
  result.counts.resize(most_values);
  result.counts.emplace_back("(others)", others);
}

void count_values(AggregateResult& result, const Values& values, const Aggregate& wanted)
{
  Counts counts;
  for (const auto* value : values) {
    std::string text = text_of(*value);
    if (wanted.function == "boolean_summary" && wanted.mapping) {
      const auto* word = wanted.mapping->get_object().if_contains(text);
      text = word != nullptr ? text_of(*word) : text;
    }
    ++counts[text];
  }
  take_counts(result, counts);
}

constexpr std::array<const char*, 4> state_names{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
using StateCounts = std::array<std::size_t, state_names.size()>;

// {"OK": [names], …}: of checks whose names alone had room.
void count_named_states(const json::object& named, StateCounts& counts)
{
  for (const auto& [name, checks] : named) {
    const auto* const state = std::find(state_names.begin(), state_names.end(), std::string_view{name});
    const auto place = static_cast<std::size_t>(state - state_names.begin());
    counts.at(std::min(place, counts.size() - 1)) += checks.is_array() ? checks.get_array().size() : 1;
  }
}

// A number, or a run of a check with its exitcode, or states with names.
void count_state(const json::value& value, StateCounts& counts)
{
  const auto* object = value.if_object();
  const auto* exitcode = object == nullptr ? &value : object->if_contains("exitcode");
  if (exitcode == nullptr && !object->contains("command")) {
    count_named_states(*object, counts);
    return;
  }
  const auto number = exitcode == nullptr ? std::nullopt : number_of(*exitcode);
  const bool known = number && *number >= 0.0 && *number < 3.0;
  ++counts.at(known ? static_cast<std::size_t>(*number) : 3U);
}

// In the fixed order of the deck, whatever came: that is what an eye learns to find its way in.
void count_states(AggregateResult& result, const Values& values)
{
  StateCounts counts{};
  for (const auto* value : values) {
    count_state(*value, counts);
  }
  for (std::size_t i = 0; i < state_names.size(); ++i) {
    result.counts.emplace_back(state_names.at(i), counts.at(i));
  }
}

// The smallest value that at least `share` of all do not exceed ("nearest rank").
double percentile(const std::vector<double>& sorted, double share)
{
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

constexpr std::size_t most_ranges = 10;

// Ten ranges of one width from the smallest to the largest, the empty ones too: a gap is to be seen. One
// range if all are the same, or so far apart that a width cannot be told.
void count_ranges(AggregateResult& result, const std::vector<double>& sorted)
{
  const double lowest = sorted.front();
  const double width = (sorted.back() - lowest) / static_cast<double>(most_ranges);
  const bool spread = width > 0.0 && std::isfinite(width);
  std::vector<std::size_t> counts(spread ? most_ranges : 1);
  for (const double number : sorted) {
    const auto place = spread ? static_cast<std::size_t>((number - lowest) / width) : 0;
    ++counts.at(std::min(place, counts.size() - 1));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double from = lowest + width * static_cast<double>(i);
    const double to = i + 1 == counts.size() ? sorted.back() : from + width;
    result.counts.emplace_back(fmt::format("{:g} to {:g}", spread ? from : lowest, to), counts[i]);
  }
}

void compute(AggregateResult& result, std::vector<double> numbers)
{
  if (numbers.empty()) {
    result.problem = "no reply has a number there";
    return;
  }
  std::sort(numbers.begin(), numbers.end());
  if (is_one_of(result.function, {"histogram", "chart"})) {
    count_ranges(result, numbers);
    return;
  }
  const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  if (result.function == "sum") {
    result.numbers = {{"sum", sum}};
  } else if (result.function == "average") {
    result.numbers = {{"average", sum / static_cast<double>(numbers.size())}};
  } else if (result.function == "min") {
    result.numbers = {{"min", numbers.front()}};
  } else if (result.function == "max") {
    result.numbers = {{"max", numbers.back()}};
  } else {
    result.numbers = {
        {"min", numbers.front()},
        {"p50", percentile(numbers, 0.50)},
        {"p90", percentile(numbers, 0.90)},
        {"p99", percentile(numbers, 0.99)},
        {"max", numbers.back()}};
  }
}

void compute(AggregateResult& result, const Values& values)
{
  std::vector<double> numbers;
  for (const auto* value : values) {
    if (const auto number = number_of(*value)) {
      numbers.push_back(*number);
    } else {
      ++result.unfit;
    }
  }
  result.used = numbers.size();
  compute(result, std::move(numbers));
}

bool is_numeric(std::string_view function)
{
  return is_one_of(function, {"average", "sum", "min", "max", "percentiles", "chart", "histogram"});
}

AggregateResult result_of(
    const Action& action, const Aggregate& wanted, const std::vector<const json::object*>& replies)
{
  AggregateResult result;
  result.function = wanted.function;
  result.output = wanted.output;
  result.format = wanted.format;
  const auto output =
      std::find_if(action.outputs.begin(), action.outputs.end(), [&wanted](const Output& one) {
        return one.name == wanted.output;
      });
  result.display_as = output == action.outputs.end() ? wanted.output : output->display_as;
  const auto values = values_of(wanted.output, replies);
  result.used = values.size();
  if (wanted.function == "nagios_states") {
    count_states(result, values);
  } else if (is_one_of(wanted.function, {"summary", "boolean_summary"})) {
    count_values(result, values, wanted);
    result.problem = values.empty() ? "no reply has a value there" : "";
  } else if (is_numeric(wanted.function)) {
    compute(result, values);
  } else {
    result.problem = "there is no aggregate function " + wanted.function;
  }
  return result;
}

// One place for a value: "%", flags, width, precision, and one of s d i f.
struct Place {
  std::size_t begin = std::string::npos;
  std::size_t end = 0;
  bool left = false;
  std::size_t width = 0;
  std::optional<int> precision;
  char kind = 's';
};

constexpr std::size_t widest = 100;

std::size_t read_number(const std::string& text, std::size_t& at)
{
  std::size_t number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text[at] - '0'), widest);
  }
  return number;
}

std::optional<Place> place_at(const std::string& format, std::size_t begin)
{
  Place place;
  place.begin = begin;
  std::size_t at = begin + 1;
  for (; at < format.size() && (format[at] == '-' || format[at] == '0' || format[at] == '+'); ++at) {
    place.left = place.left || format[at] == '-';
  }
  place.width = read_number(format, at);
  if (at < format.size() && format[at] == '.') {
    ++at;
    constexpr std::size_t most_decimals = 20;
    place.precision = static_cast<int>(std::min(read_number(format, at), most_decimals));
  }
  if (at >= format.size() || std::string_view{"sdif"}.find(format[at]) == std::string_view::npos) {
    return std::nullopt;
  }
  place.kind = format[at];
  place.end = at + 1;
  return place;
}

std::optional<Place> first_place(const std::string& format, std::size_t from = 0)
{
  for (std::size_t at = format.find('%', from); at != std::string::npos; at = format.find('%', at + 1)) {
    if (at + 1 < format.size() && format[at + 1] == '%') {
      ++at;
    } else if (auto place = place_at(format, at)) {
      return place;
    }
  }
  return std::nullopt;
}

std::string without_doubled_signs(std::string text)
{
  for (auto at = text.find("%%"); at != std::string::npos; at = text.find("%%", at + 1)) {
    text.erase(at, 1);
  }
  return text;
}

std::string padded(const Place& place, const std::string& value)
{
  const std::string blanks(place.width > value.size() ? place.width - value.size() : 0, ' ');
  return place.left ? value + blanks : blanks + value;
}

std::string with_value(const std::string& format, const Place& place, const std::string& value)
{
  return without_doubled_signs(format.substr(0, place.begin)) + padded(place, value) +
         without_doubled_signs(format.substr(place.end));
}

}  // namespace

std::string text_of(const json::value& value)
{
  if (value.is_string()) {
    return std::string{std::string_view{value.get_string()}};
  }
  // JSON's own writer makes 6.1E-2 of 0.061.
  return value.is_double() ? fmt::format("{}", value.get_double()) : json::serialize(value);
}

std::string fill_in(const std::string& format, const std::string& text, std::size_t count)
{
  const auto place = first_place(format);
  const auto counted = fmt::format("{}", count);
  if (!place) {
    return without_doubled_signs(format) + " " + counted;
  }
  const auto second = first_place(format, place->end);
  if (!second) {
    return with_value(format, *place, text) + " " + counted;
  }
  return without_doubled_signs(format.substr(0, place->begin)) + padded(*place, text) +
         without_doubled_signs(format.substr(place->end, second->begin - place->end)) +
         padded(*second, counted) + without_doubled_signs(format.substr(second->end));
}

std::string fill_in(const std::string& format, double number)
{
  const auto place = first_place(format);
  if (!place) {
    return without_doubled_signs(format);
  }
  constexpr int usual_decimals = 6;
  const bool whole = place->kind == 'd' || place->kind == 'i';
  const int decimals = whole ? 0 : place->precision.value_or(usual_decimals);
  const std::string value = place->kind == 's' && !place->precision
                                ? fmt::format("{}", number)
                                : fmt::format("{:.{}f}", whole ? std::trunc(number) : number, decimals);
  return with_value(format, *place, value);
}

std::vector<std::pair<std::string_view, std::string_view>> aggregate_functions()
{
  return {
      {"summary", "how often each value came"},
      {"boolean_summary", "the same of true and false, in words of the DDL"},
      {"nagios_states", "how many are OK, WARNING, CRITICAL, UNKNOWN"},
      {"average", "of all numbers"},
      {"sum", "of all numbers"},
      {"min", "the smallest number"},
      {"max", "the largest number"},
      {"percentiles", "min, p50, p90, p99, max"},
      {"histogram", "how many numbers lie in each of ten ranges of one width"},
      {"chart", "the same as a line of bars"}};
}

bool is_aggregate_function(std::string_view name) noexcept
{
  return is_one_of(name, {"summary", "boolean_summary", "nagios_states"}) || is_numeric(name);
}

std::vector<AggregateResult> aggregate(const Action& action, const std::vector<const json::object*>& replies)
{
  std::vector<AggregateResult> results;
  results.reserve(action.aggregates.size());
  for (const auto& wanted : action.aggregates) {
    results.push_back(result_of(action, wanted, replies));
  }
  return results;
}

}  // namespace muster::ddl
