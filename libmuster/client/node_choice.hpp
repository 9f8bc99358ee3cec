// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::client {

// Who is meant, as it was typed: the host filters that every program of ours takes under the same letters.
struct NodeChoice {
  std::vector<std::string> facts;       // -F
  std::vector<std::string> classes;     // -C
  std::vector<std::string> identities;  // -I
  std::vector<std::string> agents;      // -A
  std::vector<std::string> combined;    // -W
  std::vector<std::string> compounds;   // -S
  std::string collective;               // -T
};

// A question with its addressees, and its filter ready for use.
struct Addressed {
  fleet::Question question;
  CompiledFilter filter;
};

// The filter of all but -T; of several -S all must hold. Fails with invalid_input and names what is wrong.
Expected<Filter> filter_of(const NodeChoice& choice);

// Adds the choice to a question, in which nodes may be named already. Names in it that are no patterns are
// asked directly, each once and in lower case; without -T the question keeps its collective. Whatever is
// wrong with the filters is found here, before anything is sent.
Expected<Addressed> addressed_to(const NodeChoice& choice, fleet::Question question);

// What was typed, in quotes and cut, for a message.
std::string in_quotes(std::string_view text);

}  // namespace muster::client
