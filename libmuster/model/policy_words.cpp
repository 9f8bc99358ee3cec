// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/policy_words.hpp"

#include <algorithm>

namespace muster {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t longest_name = 64;  // as a collective's

bool is_name_letter(char c) noexcept
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

bool has_only_name_letters(std::string_view word) noexcept
{
  return !word.empty() && std::all_of(word.begin(), word.end(), is_name_letter);
}

}  // namespace

std::string_view trim_policy_text(std::string_view text) noexcept
{
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> policy_words(std::string_view text)
{
  std::vector<std::string_view> words;
  for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    words.push_back(text.substr(start, end - start));
    start = text.find_first_not_of(blanks, end);
  }
  return words;
}

bool is_policy_name(std::string_view word) noexcept
{
  return word.size() <= longest_name && has_only_name_letters(word);
}

bool is_mcollective_caller(std::string_view word) noexcept
{
  const auto equals = word.find('=');
  return equals != std::string_view::npos && has_only_name_letters(word.substr(0, equals)) &&
         has_only_name_letters(word.substr(equals + 1));
}

}  // namespace muster
