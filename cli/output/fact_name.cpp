// SPDX-License-Identifier: Apache-2.0
#include "cli/output/fact_name.hpp"

#include <algorithm>
#include <string_view>

#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

// As rpcutil's DDL says.
constexpr std::size_t longest_fact_name = 256;

bool may_stand_in_name(char letter)
{
  const bool alphanumeric = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                            (letter >= '0' && letter <= '9');
  return alphanumeric || std::string_view{"_-.:"}.find(letter) != std::string_view::npos;
}

}  // namespace

Expected<void> check_fact_name(const std::string& name)
{
  constexpr std::size_t longest_quoted = 80;
  if (!name.empty() && name.size() <= longest_fact_name &&
      std::all_of(name.begin(), name.end(), may_stand_in_name)) {
    return {};
  }
  return failure(
      ErrorCode::invalid_input,
      "'" + truncate_utf8(to_valid_utf8(name), longest_quoted, "…") +
          "' is no name of a fact: letters, digits, _ - : and dots between the parts of a path, at most 256");
}

}  // namespace muster::cli
