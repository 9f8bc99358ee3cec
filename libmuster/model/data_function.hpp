// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/facts.hpp"

namespace muster {

// One question that a filter has for a node: nrpe('check_load'). Calls that are equal are asked once.
struct FunctionCall {
  std::string function;
  std::string argument;

  bool operator==(const FunctionCall&) const = default;

  bool operator<(const FunctionCall& other) const
  {
    return std::tie(function, argument) < std::tie(other.function, other.argument);
  }
};

// "nrpe('check_load')", as it is written in a filter.
std::string to_string(const FunctionCall& call);

// A call, and which of its outputs the filter looks at.
struct FunctionQuestion {
  FunctionCall call;
  std::set<std::string> outputs;
};

// What a call gave: scalars by the names of outputs. An output that is not there matches nothing.
using FunctionOutputs = FactValue::Map;

// The calls that were made so far. Without a value: it was tried, and cannot be told on this node.
using FunctionValues = std::map<FunctionCall, std::optional<FunctionOutputs>>;

enum class OutputType {
  text,       // = == != =~
  number,     // whole; = == != < <= > >=
  truth,      // true or false; = == !=
  fact_value  // whatever a fact may be; all operators
};

struct FunctionOutput {
  std::string_view name;
  OutputType type = OutputType::text;
};

struct DataFunction {
  std::string_view name;
  std::string_view argument;  // what it is, for a message: "the name of a check"
  std::string_view example;   // an argument as it may be
  std::string_view letters;   // that an argument may have besides letters and digits; empty: all but controls
  std::size_t longest = 0;    // bytes of an argument
  bool argument_is_path = false;  // it begins with a slash
  std::vector<FunctionOutput> outputs;
};

// All that a filter can ask: agent, collective, fact, fstat, nrpe, package, service. Sorted by name.
const std::vector<DataFunction>& data_functions();

// Null when there is none of this name.
const DataFunction* find_data_function(std::string_view name);
const FunctionOutput* find_output(const DataFunction& function, std::string_view name);

// Whether the argument is of the kind that the function takes; the error says what it takes.
Expected<void> check_argument(const DataFunction& function, std::string_view argument);

}  // namespace muster
