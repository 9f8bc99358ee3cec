// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkagent/nrpe_agent.hpp"
#include "checkagent/nrpe_config.hpp"
#include "libmuster/error.hpp"
#include "libmuster/nrpe_server/connection.hpp"

namespace muster::checkagent {

// What nrpe decides between a query and its answer (validate_request and handle_connection of nrpe 4.1.0).
// Pure.

struct NrpeQuestion {
  std::string check;
  std::vector<std::string> arguments;
};

// Fails with `denied` and why, where nrpe closes the connection without an answer: a character of
// nasty_metachars anywhere, arguments that are not allowed, no name.
Expected<NrpeQuestion> read_nrpe_question(
    std::string_view text, const NrpeSettings& settings, bool arguments_allowed);

// What check_nrpe asks when it is given no command: who is there.
inline constexpr std::string_view nrpe_version_question = "_NRPE_CHECK";

// It starts as the answer of nrpe does, which scripts look for, and says who it really is.
inline constexpr std::string_view nrpe_version_answer = "NRPE v4 spoken by Muster checkagent " MUSTER_VERSION;

nrpe_server::Reply not_defined(const std::string& check);

// The words and the state of nrpe: what the plugin printed without its last line feed, or why there is
// nothing.
nrpe_server::Reply reply_to_nrpe(const NrpeAgent::PlainRun& run);

}  // namespace muster::checkagent
