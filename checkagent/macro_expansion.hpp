// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkagent/nrpe_config.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

// As many as nrpe has macros for; further ones are ignored, as there.
inline constexpr std::size_t max_arguments = 16;

// "a!b!!c" is a, b, c: nrpe loses empty arguments, and so do we.
std::vector<std::string> split_arguments(std::string_view text);

// Whether these arguments may go into a command line. Fails with `denied` and a sentence for the operator:
// the node's nrpe.cfg does not allow arguments, or one holds a character that it forbids. `check` obeys the
// same rule.
Expected<void> admit_request(
    const NrpeSettings& settings, std::string_view check, const std::vector<std::string>& arguments);

// $ARG1$ to $ARG16$ become the arguments or nothing, $$ becomes $, any other $X$ stays for the shell, and a
// lonely $ gets a second one at the end, as nrpe does it.
std::string expand_macros(std::string_view line, const std::vector<std::string>& arguments);

}  // namespace muster::checkagent
