// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/yaml_text.hpp"

#include <algorithm>

#include "libmuster/runtime/utf8.hpp"

namespace muster::runtime {

namespace {

tl::unexpected<Error> complaint_at(
    const std::string& file, std::string_view before, const std::string& message)
{
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return yaml_complaint(
      file, static_cast<int>(line), static_cast<int>(before.size() - line_start) + 1, message);
}

// The parser keeps a whole line of flow style in memory, at some 200 bytes a token, before its first event.
bool is_mostly_brackets(std::string_view text, const YamlLimits& limits)
{
  const auto tokens =
      std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{' || c == ','; });
  return static_cast<std::size_t>(tokens) > 2 * limits.nodes;
}

}  // namespace

tl::unexpected<Error> yaml_complaint(
    const std::string& file, int line, int column, const std::string& message)
{
  return failure(
      ErrorCode::invalid_input,
      file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message);
}

bool quotes_close(std::string_view text, std::size_t start)
{
  if (start < text.size() && text[start] == '&') {
    start = text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", start));
  }
  if (start >= text.size() || (text[start] != '\'' && text[start] != '"')) {
    return true;  // a block scalar, which has no quotes
  }
  const char quote = text[start];
  for (auto at = start + 1; at < text.size(); ++at) {
    const bool doubled = quote == '\'' && text.substr(at, 2) == "''";
    if (doubled || (quote == '"' && text[at] == '\\')) {
      ++at;
    } else if (text[at] == quote) {
      return true;
    }
  }
  return false;
}

Expected<void> check_yaml_text(const std::string& file, std::string_view text, const YamlLimits& limits)
{
  if (text.size() > limits.bytes) {
    return failure(
        ErrorCode::invalid_input, file + ": expected at most " + std::to_string(limits.bytes) + " bytes");
  }
  if (const auto at = first_invalid_utf8(text)) {
    return complaint_at(file, text.substr(0, *at), "expected UTF-8 text");
  }
  // A zero byte makes the parser guess UTF-16, or end early.
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    return complaint_at(file, text.substr(0, at), "expected text, not a zero byte");
  }
  if (is_mostly_brackets(text, limits)) {
    return failure(
        ErrorCode::invalid_input, file + ": expected at most " + std::to_string(limits.nodes) + " values");
  }
  return {};
}

}  // namespace muster::runtime
