// SPDX-License-Identifier: Apache-2.0
#include "checkagent/command_line.hpp"

#include <algorithm>

namespace muster::checkagent {
namespace {

// Nothing in here means anything to a shell, in an argument: no quoting, expansion, redirection, list or
// comment.
bool is_plain(char c)
{
  constexpr std::string_view marks = " _./:,%@+=-";
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         marks.find(c) != std::string_view::npos;
}

std::vector<std::string> split_at_blanks(std::string_view line)
{
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) {
      return words;
    }
    const auto end = std::min(line.find(' '), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace

std::vector<std::string> words_to_execute(std::string_view command_line)
{
  if (std::all_of(command_line.begin(), command_line.end(), is_plain)) {
    auto words = split_at_blanks(command_line);
    // "/x=1 cmd" is a command's path to us and to a shell: an assignment's name has no slash.
    if (!words.empty() && words.front().starts_with('/')) {
      return words;
    }
  }
  return shell_words(command_line);
}

std::string program_of(std::string_view command_line)
{
  command_line.remove_prefix(std::min(command_line.find_first_not_of(' '), command_line.size()));
  const auto word = command_line.substr(0, command_line.find(' '));
  const bool is_told = word.starts_with('/') && std::all_of(word.begin(), word.end(), is_plain);
  return is_told ? std::string{word} : std::string{};
}

std::vector<std::string> shell_words(std::string_view command_line)
{
  return {"/bin/sh", "-c", std::string{command_line}};
}

}  // namespace muster::checkagent
