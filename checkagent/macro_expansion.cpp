// SPDX-License-Identifier: Apache-2.0
#include "checkagent/macro_expansion.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "checkagent/text.hpp"

namespace muster::checkagent {
namespace {

bool contains_any(std::string_view text, std::string_view characters)
{
  return text.find_first_of(characters) != std::string_view::npos ||
         text.find('\0') != std::string_view::npos;
}

// The number n of a macro ARGn, read as C's atoi() reads it: ARG1x is 1, ARGX is 0.
std::size_t argument_number(std::string_view macro)
{
  const auto digits = without_leading_blanks(macro.substr(std::string_view{"ARG"}.size()));
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// The text that replaces `$macro$`.
std::string macro_value(std::string_view macro, const std::vector<std::string>& arguments)
{
  if (macro.empty()) {
    return "$";
  }
  if (!macro.starts_with("ARG")) {
    return "$" + std::string{macro} + "$";
  }
  const auto number = argument_number(macro);
  const auto known = number >= 1 && number <= std::min(arguments.size(), max_arguments);
  return known ? arguments[number - 1] : std::string{};
}

}  // namespace

std::vector<std::string> split_arguments(std::string_view text)
{
  std::vector<std::string> arguments;
  while (!text.empty() && arguments.size() < max_arguments) {
    const auto end = std::min(text.find('!'), text.size());
    if (end > 0) {
      arguments.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return arguments;
}

Expected<void> admit_request(
    const NrpeSettings& settings, std::string_view check, const std::vector<std::string>& arguments)
{
  if (contains_any(check, settings.nasty_metachars)) {
    return failure(ErrorCode::denied, "the name of the check has a character that nasty_metachars forbids");
  }
  if (arguments.empty()) {
    return {};
  }
  if (!settings.dont_blame_nrpe) {
    return failure(
        ErrorCode::denied, "arguments are refused: this node's nrpe.cfg does not say dont_blame_nrpe=1");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto which = "argument " + std::to_string(i + 1);
    if (contains_any(arguments[i], settings.nasty_metachars)) {
      return failure(ErrorCode::denied, which + " has a character that this node's nasty_metachars forbids");
    }
    if (!settings.allow_bash_command_substitution && arguments[i].find("$(") != std::string::npos) {
      return failure(
          ErrorCode::denied,
          which + " has \"$(\": this node's nrpe.cfg does not say allow_bash_command_substitution=1");
    }
  }
  return {};
}

std::string expand_macros(std::string_view line, const std::vector<std::string>& arguments)
{
  std::string expanded;
  bool in_macro = false;
  while (true) {
    const auto dollar = line.find('$');
    const auto piece = line.substr(0, dollar);
    expanded += in_macro ? macro_value(piece, arguments) : std::string{piece};
    if (dollar == std::string_view::npos) {
      return expanded;
    }
    in_macro = !in_macro;
    line.remove_prefix(dollar + 1);
  }
}

}  // namespace muster::checkagent
