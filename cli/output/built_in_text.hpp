// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace muster::cli {

// What is built in besides agents, for `mco plugin doc`: data functions of filters, validators of inputs,
// aggregates of outputs, a name to a line.
std::string built_in_list_text();

// One data function: what it is asked, and its outputs with their types. Nothing if there is none of that
// name.
std::optional<std::string> data_function_text(const std::string& name);

}  // namespace muster::cli
