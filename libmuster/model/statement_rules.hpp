// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/comparison.hpp"
#include "libmuster/model/data_function.hpp"

namespace muster {

// What a statement of a -S filter must hold to, beyond its grammar. The errors say what to write instead;
// whoever parses adds the place.

// Of a class or the name of a fact.
Expected<void> check_length(std::string_view word);

// A value without quotes, and what stands behind it.
Expected<void> check_plain_value(std::string_view value, char behind);

// That the operator goes with the value.
Expected<void> check_comparison(const Comparison& comparison);

// That the output of a data function can be compared in this way. A number is written in its shortest form.
Expected<void> check_output(const FunctionOutput& output, Comparison& comparison);

std::string no_such_function(std::string_view name);
std::string no_such_output(const DataFunction& function, std::string_view name);

// "nrpe('check_load').exitcode=0"
std::string example_of(const DataFunction& function);

}  // namespace muster
