// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Something that is wrong with a line of a policy or of the file of groups.
struct PolicyFault {
  std::size_t line = 0;
  std::string message;
};

// Blanks and the carriage return of a file that was written on Windows.
std::string_view trim_policy_text(std::string_view text) noexcept;

// The words between blanks.
std::vector<std::string_view> policy_words(std::string_view text);

// Calls use(number, line) for every line that is neither empty nor a comment, without its blanks.
template <typename Use>
void for_each_policy_line(std::string_view text, Use use)
{
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trim_policy_text(text.substr(0, end));
    ++number;
    if (!line.empty() && line.front() != '#') {
      use(number, line);
    }
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

// [A-Za-z0-9_.-]+ of at most 64 characters: an agent, an action, a group.
bool is_policy_name(std::string_view word) noexcept;

// "cert=rip", "uid=500": how MCollective called a caller. It can name nobody here, because our callers have
// an '@', but files that have such words load as they are.
bool is_mcollective_caller(std::string_view word) noexcept;

}  // namespace muster
