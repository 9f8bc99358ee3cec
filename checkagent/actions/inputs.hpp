// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "checkagent/actions/action.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// One input of an action: its name, whether it keeps to its grammar, and that grammar in words.
struct InputRule {
  std::string_view name;
  bool (*holds)(std::string_view);
  std::string_view expected;
  bool optional = false;
};

inline constexpr std::size_t longest_input = 1024;  // of any; the rules are stricter

// The input's text; empty if it is optional and not there. Fails with `not_found` when a required one is
// missing and with `invalid_input` otherwise; the message names the input and the rule.
Expected<std::string> read_input(const json::object& inputs, const InputRule& rule);

// A boolean input, which may be a word as the command line gives it: true/yes/1, false/no/0.
Expected<bool> read_flag(const json::object& inputs, std::string_view name, bool otherwise);

// Status 3 for what is missing, 4 for what is invalid.
Outcome failed_input(const Error& error);

}  // namespace muster::checkagent::actions
