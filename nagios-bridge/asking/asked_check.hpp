// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::bridge {

// One check of one node, as somebody asks for it who cannot ask the fleet himself.
struct AskedCheck {
  std::string node;       // as it was written, in lower case: perhaps without its domain
  std::string check;      // the NAME of command[NAME]
  std::string arguments;  // "a!b", as the agent nrpe takes them; empty: none
};

// What a place where questions come in says of them.
struct QuestionRules {
  std::string node;        // which all questions are about; empty: each names its own
  bool arguments = false;  // let in
};

// What "check_load", "check_load@web1" or "check_load@web1!a!b" asks for. The node is behind the last '@' in
// front of the arguments; where the node is fixed there is none. Fails with a sentence for whoever asked:
// `denied` for arguments that are not let in, `invalid_input` for the rest. Pure.
Expected<AskedCheck> read_asked_check(std::string_view text, const QuestionRules& rules);

}  // namespace muster::bridge
