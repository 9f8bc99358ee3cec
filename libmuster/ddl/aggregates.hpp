// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libmuster/ddl/ddl.hpp"

namespace muster::ddl {

// What one aggregate makes of all replies: either counted values, or numbers with their names.
struct AggregateResult {
  std::string function;
  std::string output;
  std::string display_as;
  std::vector<std::pair<std::string, std::size_t>> counts;  // the most frequent first, then by text
  std::vector<std::pair<std::string, double>> numbers;      // "average" → 12.5
  std::size_t used = 0;                                     // replies that had a value
  std::size_t unfit = 0;  // replies whose value was none that this function takes; they are left out
  std::string problem;    // why there is nothing; else empty
  std::string format;     // the DDL's, for the texts of `counts` or the number; empty: the usual one
};

// summary, boolean_summary, nagios_states, average, sum, min, max, percentiles, histogram, chart. A function
// that is not known has a `problem`, and one bad value spoils nothing. `replies` are the data of the nodes'
// replies.
std::vector<AggregateResult> aggregate(const Action& action, const std::vector<const json::object*>& replies);

// Each aggregate function and what it makes of the values.
std::vector<std::pair<std::string_view, std::string_view>> aggregate_functions();

// Whether there is an aggregate function of that name.
bool is_aggregate_function(std::string_view name) noexcept;

// The most values that a summary tells apart: more are put under one "others", for a terminal's sake.
inline constexpr std::size_t most_values = 200;

// `format` with its one %s, %d or %f (width, precision, - and 0 as in printf) filled in. The text comes from
// the wire, so that no real printf may see it: whatever else it holds stands as it is. A second place of a
// counted value is that of the count, which stands behind the text if there is none.
std::string fill_in(const std::string& format, const std::string& text, std::size_t count);
std::string fill_in(const std::string& format, double number);

// A value as an operator would write it: texts without quotes, others as JSON.
std::string text_of(const json::value& value);

}  // namespace muster::ddl
