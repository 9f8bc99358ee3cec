// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checkagent/actions/program.hpp"

namespace muster::checkagent::actions {

// Reading what tools print. Pure.

std::vector<std::string_view> lines_of(std::string_view text);
std::vector<std::string_view> fields_of(std::string_view line, char separator);
std::string_view without_blanks(std::string_view text);

// The end of a tool's output, where it says how it went, as whole lines of at most `most` bytes together.
std::string last_lines(std::string_view text, std::size_t most);

// One line on why a program did not succeed: the first of its lines with one of these beginnings, else its
// first line on standard error, else how it ended.
std::string why_it_failed(const ProgramRun& run, const std::vector<std::string_view>& beginnings = {});

}  // namespace muster::checkagent::actions
