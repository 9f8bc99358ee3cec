// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/model/name_list.hpp"

#include <algorithm>

namespace muster::bridge {

Expected<void> NameList::add(std::string_view word)
{
  if (!word.starts_with('/')) {
    words_.emplace(word);
    return {};
  }
  if (word.size() < 3 || word.back() != '/') {
    return failure(ErrorCode::invalid_input, "expected a name, or an expression between slashes: /^web/");
  }
  auto pattern = Pattern::compile(word.substr(1, word.size() - 2));
  if (!pattern) {
    return tl::make_unexpected(pattern.error());
  }
  patterns_.push_back(std::move(*pattern));
  return {};
}

bool NameList::has(std::string_view name) const
{
  return words_.contains(std::string{name}) ||
         std::any_of(patterns_.begin(), patterns_.end(), [name](const Pattern& pattern) {
           return pattern.found_in(name);
         });
}

}  // namespace muster::bridge
