// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "libmuster/ddl/ddl.hpp"

namespace muster::ddl {

// Why the inputs of a request do not do. Both the operator's command and the node find it with this code.
struct InputFault {
  enum class Kind { missing, invalid } kind = Kind::invalid;
  std::string message;  // names the input, the rule and what to do
};

template <typename T>
using ExpectedInputs = tl::expected<T, InputFault>;

// The inputs, checked, with the DDL's defaults for those that are not there. Unknown ones are refused.
ExpectedInputs<json::object> complete_inputs(const Action& action, const json::object& data);

// Whether a value may be that of an input: its type and its rules. The node and the operator both ask it.
ExpectedInputs<void> check_input(const Input& input, const json::value& value);

// "service=nginx", "count=-5", "enabled=yes", "roles=[\"a\",\"b\"]" as typed on a command line: each word
// becomes a value of its input's type. Not yet complete.
ExpectedInputs<json::object> inputs_from_words(const Action& action, const std::vector<std::string>& words);

// The outputs that an action has left open get the DDL's defaults.
void complete_outputs(const Action& action, json::object& data);

}  // namespace muster::ddl
